package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.data.Customer;
import dev.muster.target.data.Reading;
import java.sql.SQLException;
import java.time.LocalDate;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcCustomerStoreTest {
  private final JdbcConnectionPool pool = JdbcConnectionPool.create(
      "jdbc:h2:mem:store;MODE=MariaDB;NON_KEYWORDS=VALUE;DB_CLOSE_DELAY=-1", "", "");
  private final CustomerStore store = new JdbcCustomerStore(pool, pool::dispose);

  @BeforeEach
  void two_customers_one_of_them_without_readings() throws SQLException {
    run("CREATE TABLE Customers (Customers_ID INT, Surname VARCHAR(9), Givenname VARCHAR(9))");
    run("CREATE TABLE Readings"
        + " (Customers_ID_FK INT, Measure_ID INT, Measure_Date DATE, Value INT)");
    run("INSERT INTO Customers VALUES (1, 'Bach', 'Anna'), (2, 'O''Neil', 'Zoë')");
    run("INSERT INTO Readings VALUES (1, 1, '2010-02-28', 7), (1, 0, '2008-01-01', 0)");
  }

  @AfterEach
  void drop() throws SQLException {
    run("SHUTDOWN");
  }

  @Test
  void a_customer_is_found_by_id() {
    assertThat(store.customer(2)).contains(new Customer(2, "O'Neil", "Zoë"));
    assertThat(store.customer(3)).isEmpty();
  }

  @Test
  void readings_come_in_the_order_of_their_ids() {
    assertThat(store.readings(1).orElseThrow()).containsExactly(
        new Reading(0, LocalDate.of(2008, 1, 1), 0), new Reading(1, LocalDate.of(2010, 2, 28), 7));
  }

  @Test
  void a_customer_without_readings_is_not_an_unknown_customer() {
    assertThat(store.readings(2).orElseThrow()).isEmpty();
    assertThat(store.readings(3)).isEmpty();
  }

  @Test
  void a_database_that_fails_is_said_so() throws SQLException {
    run("DROP TABLE Readings");
    assertThatThrownBy(() -> store.readings(1)).isInstanceOf(StoreException.class)
        .hasMessageStartingWith("the database cannot be read: ");
  }

  private void run(String sql) throws SQLException {
    try (var connection = pool.getConnection(); var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
