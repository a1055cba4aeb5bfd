package dev.muster.target.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.data.SeededCustomers;
import dev.muster.target.services.DatabaseContainer;
import dev.muster.target.services.NeedsDocker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Where the database is away, a lookup that waits for ever runs into the time limit of its test. */
@NeedsDocker
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MariaDbStoreIT {
  private static final int LONELY = 700_001;

  private final DatabaseContainer database = new DatabaseContainer();
  private final MemoryStore memory = new MemoryStore(new SeededCustomers());

  @BeforeAll
  void fill() throws SQLException {
    CustomerDatabase.fill(database.options());
    database.execute(DatabaseContainer.DATABASE,
        "INSERT INTO Customers VALUES (" + LONELY + ", 'Ohne', 'Änne \"Ä\" \\\\')");
  }

  @AfterAll
  void stop() {
    database.close();
  }

  @Test
  void each_answer_is_byte_for_byte_that_of_the_memory() {
    try (var store = MariaDbStore.open(database.options())) {
      for (int id : Bytes.IDS) {
        assertThat(Bytes.text(store.customer(id))).isEqualTo(Bytes.text(memory.customer(id)));
        assertThat(Bytes.text(store.readings(id))).isEqualTo(Bytes.text(memory.readings(id)));
      }
    }
  }

  @Test
  void a_customer_without_readings_has_an_empty_list() {
    try (var store = MariaDbStore.open(database.options())) {
      assertThat(Bytes.text(store.readings(LONELY))).contains("{\"Measures\":[]}");
      assertThat(Bytes.text(store.customer(LONELY))).contains("{\"Id\":" + LONELY
          + ",\"Surname\":\"Ohne\",\"Givenname\":\"Änne \\\"Ä\\\" \\\\\"}");
    }
  }

  @Test
  void all_at_once_are_the_same_as_one_by_one() {
    Map<Integer, String> customers = new HashMap<>();
    Map<Integer, String> readings = new HashMap<>();
    try (var store = MariaDbStore.open(database.options())) {
      store.eachCustomer((json, id) -> customers.put(id, new String(json, UTF_8)));
      store.eachReadings((json, id) -> readings.put(id, new String(json, UTF_8)));
      assertThat(customers).hasSize(SeededCustomers.CUSTOMERS + 1).containsKey(LONELY);
      assertThat(readings).hasSameSizeAs(customers).containsEntry(LONELY, "{\"Measures\":[]}");
      for (int id = 0; id < SeededCustomers.CUSTOMERS; id++) {
        assertThat(Bytes.text(memory.customer(id))).contains(customers.get(id));
        assertThat(Bytes.text(memory.readings(id))).contains(readings.get(id));
      }
    }
  }

  @Test
  void more_threads_than_connections_are_all_answered() throws Exception {
    try (var store = MariaDbStore.open(database.options())) {
      assertThat(answered(store, 200)).isEqualTo(200);
    }
  }

  @Test
  void a_frozen_database_is_an_exception_for_everybody_and_used_again_when_it_thaws()
      throws Exception {
    try (var store = MariaDbStore.open(hasty())) {
      database.freeze();
      try {
        assertThat(answered(store, 50)).isZero();
      } finally {
        database.thaw();
      }
      awaitAnswer(store);
      assertThat(answered(store, 50)).isEqualTo(50);
    }
  }

  @Test
  void a_killed_database_is_an_exception_and_used_again_when_it_is_back() throws Exception {
    try (var store = MariaDbStore.open(hasty())) {
      assertThat(answered(store, 50)).isEqualTo(50);
      database.kill();
      try {
        assertThat(answered(store, 50)).isZero();
        assertThatThrownBy(() -> store.customer(1)).isInstanceOf(StoreException.class)
            .hasMessageStartingWith("the database cannot be read: ")
            .hasMessageNotContaining(DatabaseContainer.PASSWORD);
      } finally {
        database.startAgain();
      }
      awaitAnswer(store);
      assertThat(answered(store, 50)).isEqualTo(50);
    }
  }

  private DatabaseOptions hasty() {
    var options = database.options();
    return new DatabaseOptions(options.url(), options.user(), options.password(),
        options.poolSize(), Duration.ofSeconds(1));
  }

  // How many of so many lookups at once have an answer; the others have a StoreException.
  private static int answered(CustomerStore store, int lookups) throws Exception {
    var work = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < lookups; i++) {
      int id = i;
      work.add(() -> {
        try {
          return store.readings(id).isPresent();
        } catch (StoreException e) {
          return false;
        }
      });
    }
    int answered = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(work)) {
        answered += done.get() ? 1 : 0;
      }
    }
    return answered;
  }

  private static void awaitAnswer(CustomerStore store) throws Exception {
    while (answered(store, 1) == 0) {
      // Each lookup waits by itself.
      Thread.onSpinWait();
    }
  }
}
