package dev.muster.target.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.muster.target.data.SeededCustomers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database inside this process, filled with the seeded customers. Each is its own: two services in
 * one process share nothing, and the data is gone when the store is closed.
 */
public final class EmbeddedDatabase {
  private static final AtomicInteger OPENED = new AtomicInteger();

  // A connection is in use for well under a millisecond, so a few serve thousands of requests a
  // second; more would only contend for the cores.
  private static final int CONNECTIONS = 10;
  private static final long CONNECTION_WAIT_MILLIS = 5_000;

  // Divides both row counts of the data set, so that every statement is full.
  private static final int ROWS_AT_ONCE = 100;

  private EmbeddedDatabase() {}

  /**
   * Opens a new database and fills it.
   *
   * @throws StoreException if the database refuses
   */
  public static CustomerStore open(SeededCustomers data) {
    var config = new HikariConfig();
    // VALUE is a keyword in H2 alone; as a column's name it must work as it does in MariaDB.
    config.setJdbcUrl("jdbc:h2:mem:customers-" + OPENED.incrementAndGet()
        + ";MODE=MariaDB;NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE");
    config.setPoolName("customers");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setConnectionTimeout(CONNECTION_WAIT_MILLIS);
    // H2 drops a database in memory with its last connection, so none is ever retired.
    config.setMaxLifetime(0);
    var pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection()) {
      fill(connection, data);
    } catch (SQLException e) {
      pool.close();
      throw new StoreException("the embedded database cannot be filled: " + e.getMessage(), e);
    }
    return new JdbcCustomerStore(pool, pool::close);
  }

  private static void fill(Connection connection, SeededCustomers data) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("""
          CREATE TABLE Customers (
            Customers_ID INT PRIMARY KEY,
            Surname VARCHAR(64) NOT NULL,
            Givenname VARCHAR(64) NOT NULL)""");
      statement.execute("""
          CREATE TABLE Readings (
            Customers_ID_FK INT NOT NULL,
            Measure_ID INT NOT NULL,
            Measure_Date DATE NOT NULL,
            Value INT NOT NULL,
            PRIMARY KEY (Customers_ID_FK, Measure_ID),
            FOREIGN KEY (Customers_ID_FK) REFERENCES Customers (Customers_ID))""");
    }
    insert(connection, "Customers (Customers_ID, Surname, Givenname)", customers(data));
    insert(connection, "Readings (Customers_ID_FK, Measure_ID, Measure_Date, Value)",
        readings(data));
    connection.setAutoCommit(true);
  }

  private static List<List<Object>> customers(SeededCustomers data) {
    return data.customers()
        .stream()
        .map(c -> List.<Object>of(c.id(), c.surname(), c.givenName()))
        .toList();
  }

  private static List<List<Object>> readings(SeededCustomers data) {
    return data.customers()
        .stream()
        .flatMap(c -> data.readings(c.id())
            .stream()
            .map(r -> List.<Object>of(c.id(), r.measureId(), r.date(), r.value())))
        .toList();
  }

  // Many rows to a statement, and a commit after each: half the time of single rows in one long
  // transaction, and the service cannot answer before this is done.
  private static void insert(Connection connection, String into, List<List<Object>> rows)
      throws SQLException {
    int columns = rows.getFirst().size();
    var row = "(" + String.join(", ", Collections.nCopies(columns, "?")) + ")";
    var block = String.join(", ", Collections.nCopies(ROWS_AT_ONCE, row));
    try (PreparedStatement statement = connection
        .prepareStatement("INSERT INTO " + into + " VALUES " + block)) {
      for (int first = 0; first < rows.size(); first += ROWS_AT_ONCE) {
        int parameter = 1;
        for (List<Object> values : rows.subList(first, first + ROWS_AT_ONCE)) {
          for (Object value : values) {
            statement.setObject(parameter++, value);
          }
        }
        statement.executeUpdate();
        connection.commit();
      }
    }
  }
}
