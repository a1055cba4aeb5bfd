package dev.muster.target.store;

import dev.muster.target.data.Customer;
import dev.muster.target.data.Reading;
import dev.muster.target.data.SeededCustomers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the tables of the customer API in a MariaDB, and the rows that belong into them. */
public final class CustomerDatabase {
  private static final String CREATE_CUSTOMERS = """
      CREATE TABLE IF NOT EXISTS Customers (
        Customers_ID INT NOT NULL,
        Surname VARCHAR(100) NOT NULL,
        Givenname VARCHAR(100) NOT NULL,
        PRIMARY KEY (Customers_ID)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""";

  private static final String CREATE_READINGS = """
      CREATE TABLE IF NOT EXISTS Readings (
        Customers_ID_FK INT NOT NULL,
        Measure_ID INT NOT NULL,
        Measure_Date DATE NOT NULL,
        Value INT NOT NULL,
        PRIMARY KEY (Customers_ID_FK, Measure_ID),
        FOREIGN KEY (Customers_ID_FK) REFERENCES Customers (Customers_ID)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""";

  private static final String COUNT_TABLES = """
      SELECT COUNT(*) FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('Customers', 'Readings')""";

  private static final String CUSTOMERS = """
      SELECT Customers_ID, Surname, Givenname FROM Customers""";

  private static final String READINGS = """
      SELECT Customers_ID_FK, Measure_ID, Measure_Date, Value FROM Readings""";

  private static final String PUT_CUSTOMER = """
      INSERT INTO Customers (Customers_ID, Surname, Givenname) VALUES (?, ?, ?)
      ON DUPLICATE KEY UPDATE Surname = VALUES(Surname), Givenname = VALUES(Givenname)""";

  private static final String PUT_READING = """
      INSERT INTO Readings (Customers_ID_FK, Measure_ID, Measure_Date, Value) VALUES (?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE Measure_Date = VALUES(Measure_Date), Value = VALUES(Value)""";

  private static final int ROWS_AT_ONCE = 5_000;

  // A database on a slow disk may take its time to write all rows down.
  private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(1);

  private final Connection connection;
  private final SeededCustomers data = new SeededCustomers();
  private int inserted;
  private int mended;
  private int left;

  private CustomerDatabase(Connection connection) {
    this.connection = connection;
  }

  /**
   * Creates the database that the options name, if there is none, and in it the two tables with all
   * rows of {@link SeededCustomers}. Rows that are there with other values are mended, rows beside them
   * are left. Done again, it changes nothing. All rows change together, or none does.
   *
   * @throws StoreException if the database cannot be reached or changed
   */
  public static Filled fill(DatabaseOptions options) {
    var server = DatabaseServer.of(options);
    try {
      boolean exists = server.hasDatabase();
      try (var connection = server.connect(LONGEST_STATEMENT, !exists)) {
        return new CustomerDatabase(connection).fill(server.database(), !exists);
      }
    } catch (SQLException e) {
      throw server.refusal(e);
    }
  }

  private Filled fill(String database, boolean isNew) throws SQLException {
    int tables;
    try (var statement = connection.createStatement()) {
      try (var rows = statement.executeQuery(COUNT_TABLES)) {
        tables = rows.next() ? rows.getInt(1) : 0;
      }
      statement.execute(CREATE_CUSTOMERS);
      statement.execute(CREATE_READINGS);
    }
    connection.setAutoCommit(false);
    putCustomers();
    putReadings();
    connection.commit();
    return new Filled(database, isNew, 2 - tables, inserted, mended, left);
  }

  private void putCustomers() throws SQLException {
    var wrong = wrongOf(data.customers().stream(), Customer::id, CUSTOMERS,
        rows -> new Customer(rows.getInt(1), rows.getString(2), rows.getString(3)));
    put(PUT_CUSTOMER, wrong, (statement, customer) -> {
      statement.setInt(1, customer.id());
      statement.setString(2, customer.surname());
      statement.setString(3, customer.givenName());
    });
  }

  private void putReadings() throws SQLException {
    var all = data.customers()
        .stream()
        .flatMap(customer -> data.readings(customer.id())
            .stream()
            .map(reading -> new OwnReading(customer.id(), reading)));
    var wrong = wrongOf(all, OwnReading::key, READINGS,
        rows -> new OwnReading(rows.getInt(1), new Reading(
            rows.getInt(2), rows.getObject(3, LocalDate.class), rows.getInt(4))));
    put(PUT_READING, wrong, (statement, own) -> {
      statement.setInt(1, own.customerId());
      statement.setInt(2, own.reading().measureId());
      statement.setObject(3, own.reading().date());
      statement.setInt(4, own.reading().value());
    });
  }

  // Those of the wanted rows that are missing or have other values, and counts them.
  private <R> Collection<R> wrongOf(
      Stream<R> wanted, Function<R, Object> key, String sql, RowReader<R> reader)
      throws SQLException {
    var wrong = new LinkedHashMap<Object, R>();
    wanted.forEach(row -> wrong.put(key.apply(row), row));
    int others = 0;
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(ROWS_AT_ONCE);
      try (var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          R row = reader.read(rows);
          R right = wrong.get(key.apply(row));
          if (right == null) {
            left++;
          } else if (right.equals(row)) {
            wrong.remove(key.apply(row));
          } else {
            others++;
          }
        }
      }
    }
    mended += others;
    inserted += wrong.size() - others;
    return wrong.values();
  }

  private <R> void put(String sql, Collection<R> rows, Parameters<R> parameters)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      int waiting = 0;
      for (R row : rows) {
        parameters.set(statement, row);
        statement.addBatch();
        if (++waiting % ROWS_AT_ONCE == 0) {
          statement.executeBatch();
        }
      }
      if (waiting % ROWS_AT_ONCE != 0) {
        statement.executeBatch();
      }
    }
  }

  private record OwnReading(int customerId, Reading reading) {
    Object key() {
      return new Key(customerId, reading.measureId());
    }
  }

  private record Key(int customerId, int measureId) {}

  private interface RowReader<R> {
    R read(ResultSet rows) throws SQLException;
  }

  private interface Parameters<R> {
    void set(PreparedStatement statement, R row) throws SQLException;
  }
}
