package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.data.SeededCustomers;
import dev.muster.target.services.DatabaseContainer;
import dev.muster.target.services.NeedsDocker;
import dev.muster.target.services.ServiceContainer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@NeedsDocker
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CustomerSourceIT {
  private final DatabaseContainer database = new DatabaseContainer();
  private final ServiceContainer memcached = ServiceContainer.memcached();

  @BeforeAll
  void fill() {
    CustomerDatabase.fill(database.options());
  }

  @AfterAll
  void stop() {
    memcached.close();
    database.close();
  }

  @Test
  void every_source_opens_a_store_with_the_same_answers() {
    try (var memory = new CustomerSource.Memory().open();
        var behind = new CustomerSource.Database(database.options()).open();
        var cold = cached(memcached.port(), false).open();
        var warm = cached(memcached.port(), true).open()) {
      for (int id : new int[]{-1, 0, 1, 4_999, 5_000}) {
        for (var store : new CustomerStore[]{behind, cold, warm}) {
          assertThat(Bytes.text(store.customer(id))).isEqualTo(Bytes.text(memory.customer(id)));
          assertThat(Bytes.text(store.readings(id))).isEqualTo(Bytes.text(memory.readings(id)));
        }
      }
      assertThat(memory.waits()).isFalse();
      assertThat(behind.waits() && cold.waits() && warm.waits()).isTrue();
    }
  }

  @Test
  void a_warm_cache_answers_while_the_database_is_frozen() {
    try (var store = cached(memcached.port(), true).open()) {
      database.freeze();
      try {
        for (int id = 0; id < SeededCustomers.CUSTOMERS; id++) {
          assertThat(store.readings(id)).isPresent();
        }
        assertThatThrownBy(() -> store.customer(5_000)).isInstanceOf(StoreException.class);
      } finally {
        database.thaw();
      }
    }
  }

  @Test
  void a_cache_that_is_not_there_leaves_no_connection_to_the_database_behind() throws SQLException {
    assertThatThrownBy(() -> cached(1, true).open()).isInstanceOf(StoreException.class)
        .hasMessage("no memcached answers at 127.0.0.1:1; start one there, or name another");
    // The server takes note of closed connections when it comes to it.
    while (connections() > 0) {
      Thread.onSpinWait();
    }
  }

  private CustomerSource cached(int port, boolean warm) {
    var options = database.options();
    return new CustomerSource.Cached(
        new DatabaseOptions(options.url(), options.user(), options.password(), 4,
            Duration.ofSeconds(2)),
        new CacheOptions("127.0.0.1", port, CacheOptions.EXPIRY, Duration.ofSeconds(2)), warm);
  }

  private int connections() throws SQLException {
    var url = database.options().url() + "?sslMode=disable";
    try (var root = DriverManager.getConnection(url, "root", DatabaseContainer.PASSWORD);
        var statement = root.prepareStatement(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = ?")) {
      statement.setString(1, DatabaseContainer.USER);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    }
  }
}
