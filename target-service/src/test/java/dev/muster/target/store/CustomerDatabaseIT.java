package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.data.SeededCustomers;
import dev.muster.target.services.DatabaseContainer;
import dev.muster.target.services.NeedsDocker;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Each test has a database of its own in the same server. */
@NeedsDocker
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CustomerDatabaseIT {
  private static final int ROWS = SeededCustomers.CUSTOMERS * (1 + SeededCustomers.READINGS);

  private final DatabaseContainer server = new DatabaseContainer();

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void a_missing_database_is_created_with_its_tables_and_all_rows() {
    var filled = CustomerDatabase.fill(in("brand_new"));
    assertThat(filled).isEqualTo(new Filled("brand_new", true, 2, ROWS, 0, 0));
    assertThat(filled.sentence()).isEqualTo("The database brand_new was created with its tables and"
        + " holds all customers now: 55,000 rows inserted, 0 mended.");
    assertHoldsTheSeededCustomers("brand_new");
  }

  @Test
  void the_second_time_nothing_is_changed() {
    CustomerDatabase.fill(in("twice"));
    var again = CustomerDatabase.fill(in("twice"));
    assertThat(again).isEqualTo(new Filled("twice", false, 0, 0, 0, 0));
    assertThat(again.sentence())
        .isEqualTo("The database twice held all customers already; nothing was changed.");
  }

  @Test
  void an_empty_database_of_a_user_who_may_not_create_any_is_filled() {
    assertThat(CustomerDatabase.fill(server.options()))
        .isEqualTo(new Filled(DatabaseContainer.DATABASE, false, 2, ROWS, 0, 0));
  }

  @Test
  void missing_and_altered_rows_are_mended_and_rows_of_others_are_left() throws SQLException {
    CustomerDatabase.fill(in("worn"));
    server.execute("worn", "UPDATE Customers SET Surname = UPPER(Surname) WHERE Customers_ID < 3");
    server.execute("worn", "UPDATE Readings SET Value = 151 WHERE Customers_ID_FK = 4999");
    server.execute("worn", "DELETE FROM Readings WHERE Customers_ID_FK BETWEEN 100 AND 199");
    server.execute("worn", "DELETE FROM Customers WHERE Customers_ID = 150");
    server.execute("worn",
        "INSERT INTO Customers VALUES (5000, 'Other', 'One'), (-1, 'And', 'Two')");
    server.execute("worn", "INSERT INTO Readings VALUES (5000, 0, '2020-01-02', 1)");
    var mended = CustomerDatabase.fill(in("worn"));
    assertThat(mended).isEqualTo(new Filled("worn", false, 0, 1_001, 13, 3));
    assertThat(mended.sentence()).isEqualTo("The database worn holds all customers now:"
        + " 1,001 rows inserted, 13 mended; 3 rows of others were left as they are.");
    assertHoldsTheSeededCustomers("worn");
    assertThat(CustomerDatabase.fill(in("worn")))
        .isEqualTo(new Filled("worn", false, 0, 0, 0, 3));
  }

  @Test
  void a_missing_table_is_created_beside_the_other() throws SQLException {
    CustomerDatabase.fill(in("halved"));
    server.execute("halved", "DROP TABLE Readings");
    assertThat(CustomerDatabase.fill(in("halved")))
        .isEqualTo(new Filled("halved", false, 1, ROWS - SeededCustomers.CUSTOMERS, 0, 0));
    assertHoldsTheSeededCustomers("halved");
  }

  @Test
  void tables_of_the_same_names_and_another_shape_are_left_alone() throws SQLException {
    server.execute("", "CREATE DATABASE foreign_shape");
    server.execute("foreign_shape", "CREATE TABLE Customers (Name TEXT)");
    assertThatThrownBy(() -> CustomerDatabase.fill(in("foreign_shape")))
        .isInstanceOf(StoreException.class)
        .hasMessageEndingWith("name another database");
  }

  @Test
  void a_reading_needs_its_customer() {
    CustomerDatabase.fill(in("keys"));
    assertThatThrownBy(
        () -> server.execute("keys", "INSERT INTO Readings VALUES (6000, 0, '2020-01-01', 1)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("foreign key");
    assertThatThrownBy(() -> server.execute("keys",
        "INSERT INTO Readings SELECT * FROM Readings WHERE Customers_ID_FK = 1"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("PRIMARY");
  }

  private DatabaseOptions in(String name) {
    return server.options(name, "root", DatabaseContainer.PASSWORD);
  }

  private void assertHoldsTheSeededCustomers(String name) {
    var memory = new MemoryStore(new SeededCustomers());
    try (var store = MariaDbStore.open(in(name))) {
      for (int id : new int[]{0, 1, 2, 99, 100, 150, 199, 200, 4_999}) {
        assertThat(Bytes.text(store.customer(id))).isEqualTo(Bytes.text(memory.customer(id)));
        assertThat(Bytes.text(store.readings(id))).isEqualTo(Bytes.text(memory.readings(id)));
      }
    }
  }
}
