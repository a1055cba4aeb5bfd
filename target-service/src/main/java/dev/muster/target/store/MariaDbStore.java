package dev.muster.target.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.muster.target.data.Customer;
import dev.muster.target.data.CustomerJson;
import dev.muster.target.data.Reading;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/**
 * Customers in a MariaDB. Each lookup is one prepared statement on one pooled connection, and one
 * exchange with the server. A server that goes away costs each lookup at most the options' timeout;
 * one that comes back is used again by itself, within some seconds.
 */
public final class MariaDbStore implements CustomerStore, AllCustomers {
  private static final String CUSTOMER = """
      SELECT Surname, Givenname FROM Customers WHERE Customers_ID = ?""";

  // The outer join tells an unknown customer (no row) from one without readings (one empty row)
  // without asking twice.
  private static final String READINGS = """
      SELECT c.Customers_ID, r.Measure_ID, r.Measure_Date, r.Value
      FROM Customers c LEFT JOIN Readings r ON r.Customers_ID_FK = c.Customers_ID
      WHERE c.Customers_ID = ?
      ORDER BY r.Measure_ID""";

  private static final String ALL_CUSTOMERS = """
      SELECT Customers_ID, Surname, Givenname FROM Customers ORDER BY Customers_ID""";

  // Of tables that were filled just now the server knows no sizes, and would read one of them whole
  // for each row of the other.
  private static final String ALL_READINGS = """
      SELECT c.Customers_ID, r.Measure_ID, r.Measure_Date, r.Value
      FROM Customers c
      LEFT JOIN Readings r FORCE INDEX (PRIMARY) ON r.Customers_ID_FK = c.Customers_ID
      ORDER BY c.Customers_ID, r.Measure_ID""";

  private static final String ANY_CUSTOMER = """
      SELECT EXISTS(SELECT 1 FROM Customers), EXISTS(SELECT 1 FROM Readings)""";

  private static final int ROWS_AT_ONCE = 5_000;

  // All of them take longer than one; nobody's request waits for it.
  private static final int LONGEST_SORT_MILLIS = 60_000;

  // A connection that came this fast leaves the statement all the time that it has by default.
  private static final Duration AT_ONCE = Duration.ofMillis(20);

  private final HikariDataSource pool;
  private final DatabaseOptions options;

  private MariaDbStore(HikariDataSource pool, DatabaseOptions options) {
    this.pool = pool;
    this.options = options;
  }

  /**
   * Connects.
   *
   * @throws StoreException if that fails within the options' timeout, or the database is not one that
   *     {@link CustomerDatabase} has filled
   */
  public static MariaDbStore open(DatabaseOptions options) {
    var server = DatabaseServer.of(options);
    check(server);
    try {
      return new MariaDbStore(new HikariDataSource(pooling(server)), options);
    } catch (PoolInitializationException e) {
      throw e.getCause() instanceof SQLException refused
          ? server.refusal(refused)
          : new StoreException("the database at " + server.address() + " cannot be used: "
              + e.getMessage(), e);
    }
  }

  // On a connection apart from the pool, which would try again until its time is up.
  private static void check(DatabaseServer server) {
    try (var connection = server.connect(server.options().timeout(), false);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(ANY_CUSTOMER)) {
      if (!rows.next() || !rows.getBoolean(1) || !rows.getBoolean(2)) {
        throw new StoreException(server.noCustomers());
      }
    } catch (SQLException e) {
      throw server.refusal(e);
    }
  }

  private static HikariConfig pooling(DatabaseServer server) {
    var options = server.options();
    long timeoutMillis = options.timeout().toMillis();
    var config = new HikariConfig();
    config.setPoolName("customers");
    config.setDriverClassName("org.mariadb.jdbc.Driver");
    config.setJdbcUrl(options.url());
    config.setUsername(options.user());
    config.setPassword(options.password());
    config.setDataSourceProperties(server.properties(options.timeout()));
    config.setMaximumPoolSize(options.poolSize());
    config.setConnectionTimeout(timeoutMillis);
    config.setValidationTimeout(DatabaseOptions.SHORTEST_TIMEOUT.toMillis());
    return config;
  }

  @Override
  public Optional<byte[]> customer(int id) {
    return ask(CUSTOMER, id, rows -> rows.next()
        ? Optional.of(
            CustomerJson.customer(new Customer(id, rows.getString(1), rows.getString(2))))
        : Optional.empty());
  }

  @Override
  public Optional<byte[]> readings(int customerId) {
    return ask(READINGS, customerId, rows -> {
      var found = new ArrayList<byte[]>(1);
      eachReadings(rows, (json, _) -> found.add(json));
      return found.stream().findFirst();
    });
  }

  private Optional<byte[]> ask(String sql, int id, Rows<Optional<byte[]>> read) {
    long begin = System.nanoTime();
    try (Connection connection = pool.getConnection()) {
      limit(connection, begin);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, id);
        try (ResultSet rows = statement.executeQuery()) {
          return read.from(rows);
        }
      }
    } catch (SQLException e) {
      throw cannotBeRead(e);
    }
  }

  // The wait for the connection and that for the answer share one timeout. The pool puts the
  // connection's own back.
  private void limit(Connection connection, long begin) throws SQLException {
    var waited = Duration.ofNanos(System.nanoTime() - begin);
    if (waited.compareTo(AT_ONCE) > 0) {
      long left = options.timeout().minus(waited).toMillis();
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(Math.max(1, left)));
    }
  }

  @Override
  public void eachCustomer(ObjIntConsumer<byte[]> to) {
    askAll(ALL_CUSTOMERS, rows -> {
      while (rows.next()) {
        var customer = new Customer(rows.getInt(1), rows.getString(2), rows.getString(3));
        to.accept(CustomerJson.customer(customer), customer.id());
      }
    });
  }

  @Override
  public void eachReadings(ObjIntConsumer<byte[]> to) {
    askAll(ALL_READINGS, rows -> eachReadings(rows, to));
  }

  private void askAll(String sql, AllRows read) {
    try (Connection connection = pool.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, LONGEST_SORT_MILLIS);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setFetchSize(ROWS_AT_ONCE);
        try (ResultSet rows = statement.executeQuery()) {
          read.from(rows);
        }
      }
    } catch (SQLException e) {
      throw cannotBeRead(e);
    }
  }

  private static void eachReadings(ResultSet rows, ObjIntConsumer<byte[]> to) throws SQLException {
    boolean more = rows.next();
    while (more) {
      int customerId = rows.getInt(1);
      List<Reading> readings = new ArrayList<>();
      do {
        int measureId = rows.getInt(2);
        if (!rows.wasNull()) {
          readings.add(
              new Reading(measureId, rows.getObject(3, LocalDate.class), rows.getInt(4)));
        }
        more = rows.next();
      } while (more && rows.getInt(1) == customerId);
      to.accept(CustomerJson.readings(readings), customerId);
    }
  }

  private static StoreException cannotBeRead(SQLException e) {
    return new StoreException("the database cannot be read: " + e.getMessage(), e);
  }

  @Override
  public boolean waits() {
    return true;
  }

  /** Gives all connections back. */
  @Override
  public void close() {
    pool.close();
  }

  private interface Rows<T> {
    T from(ResultSet rows) throws SQLException;
  }

  private interface AllRows {
    void from(ResultSet rows) throws SQLException;
  }
}
