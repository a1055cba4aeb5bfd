package dev.muster.target.store;

import dev.muster.target.data.Customer;
import dev.muster.target.data.Reading;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Customers in a relational database. Each lookup is one prepared statement on one pooled
 * connection, in the SQL that MariaDB and H2 share.
 */
public final class JdbcCustomerStore implements CustomerStore {
  private static final String CUSTOMER = """
      SELECT Surname, Givenname FROM Customers WHERE Customers_ID = ?""";

  // The outer join tells an unknown customer (no row) from one without readings (one empty row)
  // without asking twice.
  private static final String READINGS = """
      SELECT r.Measure_ID, r.Measure_Date, r.Value
      FROM Customers c LEFT JOIN Readings r ON r.Customers_ID_FK = c.Customers_ID
      WHERE c.Customers_ID = ?
      ORDER BY r.Measure_ID""";

  private final DataSource database;
  private final Runnable closing;

  /**
   * A store over a database that has the two tables.
   *
   * @param database gives a connection for each lookup; should pool them
   * @param closing what gives the connections back for good, called by {@link #close()}
   */
  public JdbcCustomerStore(DataSource database, Runnable closing) {
    this.database = database;
    this.closing = closing;
  }

  @Override
  public Optional<Customer> customer(int id) {
    return ask(CUSTOMER, id, rows -> rows.next()
        ? Optional.of(new Customer(id, rows.getString(1), rows.getString(2)))
        : Optional.empty());
  }

  @Override
  public Optional<List<Reading>> readings(int customerId) {
    return ask(READINGS, customerId, rows -> {
      if (!rows.next()) {
        return Optional.empty();
      }
      var readings = new ArrayList<Reading>();
      do {
        int measureId = rows.getInt(1);
        if (!rows.wasNull()) {
          var date = rows.getObject(2, LocalDate.class);
          readings.add(new Reading(measureId, date, rows.getInt(3)));
        }
      } while (rows.next());
      return Optional.of(readings);
    });
  }

  @Override
  public void close() {
    closing.run();
  }

  private <T> Optional<T> ask(String sql, int id, Rows<Optional<T>> read) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, id);
      try (ResultSet rows = statement.executeQuery()) {
        return read.from(rows);
      }
    } catch (SQLException e) {
      throw new StoreException("the database cannot be read: " + e.getMessage(), e);
    }
  }

  private interface Rows<T> {
    T from(ResultSet rows) throws SQLException;
  }
}
