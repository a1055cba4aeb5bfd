package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.data.SeededCustomers;
import dev.muster.target.services.NeedsDocker;
import dev.muster.target.services.ServiceContainer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** If each lookup waited for a cache that is away, the time limit would end these tests. */
@NeedsDocker
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachedStoreIT {
  private static final int MANY = 2_000;

  private final ServiceContainer memcached = ServiceContainer.memcached();
  private final MemoryStore memory = new MemoryStore(new SeededCustomers());
  private Behind behind = new Behind();

  @AfterAll
  void stop() {
    memcached.close();
  }

  @BeforeEach
  void empty() throws IOException {
    behind = new Behind();
    assertThat(say("flush_all\r\n")).isEqualTo("OK\r\n");
  }

  @Test
  void the_first_lookup_asks_the_store_and_the_second_the_cache_for_the_same_bytes() {
    try (var store = CachedStore.of(behind, options())) {
      for (int id = 0; id < 100; id++) {
        for (int time = 0; time < 2; time++) {
          assertThat(Bytes.text(store.customer(id))).isEqualTo(Bytes.text(memory.customer(id)));
          assertThat(Bytes.text(store.readings(id))).isEqualTo(Bytes.text(memory.readings(id)));
        }
      }
      assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(200, 200, 0));
      assertThat(behind.asked()).isEqualTo(200);
      store.counts().reset();
      assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 0, 0));
    }
  }

  @Test
  void entries_are_under_the_keys_that_other_programs_know_as_plain_json() throws IOException {
    try (var store = CachedStore.warm(behind, options())) {
      for (int id : new int[]{0, 7, 4_999}) {
        assertThat(say("get customerData_id_" + id + "\r\n"))
            .isEqualTo(entry("customerData_id_" + id, Bytes.text(memory.customer(id)).get()));
        assertThat(say("get customerReadings_id_" + id + "\r\n"))
            .isEqualTo(entry("customerReadings_id_" + id, Bytes.text(memory.readings(id)).get()));
      }
      assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 0, 0));
    }
  }

  @Test
  void a_warm_cache_answers_everything_without_the_store() throws Exception {
    try (var store = CachedStore.warm(behind, options())) {
      assertThat(present(store, SeededCustomers.CUSTOMERS)).isEqualTo(SeededCustomers.CUSTOMERS);
      assertThat(store.counts().now())
          .isEqualTo(new CacheCounts.Now(SeededCustomers.CUSTOMERS, 0, 0));
      assertThat(behind.asked()).isZero();
      for (int id : Bytes.IDS) {
        assertThat(Bytes.text(store.readings(id))).isEqualTo(Bytes.text(memory.readings(id)));
      }
    }
  }

  @Test
  void a_customer_that_does_not_exist_is_never_kept() throws IOException {
    try (var store = CachedStore.of(behind, options())) {
      for (int time = 0; time < 3; time++) {
        assertThat(store.customer(5_000)).isEmpty();
      }
      assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 3, 0));
      assertThat(behind.asked()).isEqualTo(3);
      assertThat(say("get customerData_id_5000\r\n")).isEqualTo("END\r\n");
    }
  }

  @Test
  void an_entry_is_forgotten_when_its_time_is_over() {
    var options = new CacheOptions("127.0.0.1", memcached.port(), Duration.ofSeconds(1),
        Duration.ofSeconds(5));
    try (var store = CachedStore.of(behind, options)) {
      while (store.counts().now().misses() < 2) {
        assertThat(store.customer(1)).isPresent();
      }
      assertThat(store.counts().now().hits()).isPositive();
    }
  }

  @Test
  void a_killed_cache_costs_no_answer_and_is_used_again_when_it_is_back() throws Exception {
    try (var store = CachedStore.warm(behind, options())) {
      memcached.kill();
      try {
        assertThat(present(store, MANY)).isEqualTo(MANY);
        assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 0, MANY));
        assertThat(behind.asked()).isEqualTo(MANY);
      } finally {
        memcached.startAgain();
      }
      awaitHit(store);
    }
  }

  @Test
  void a_frozen_cache_costs_no_answer_and_is_used_again_when_it_thaws() throws Exception {
    var hasty = new CacheOptions("127.0.0.1", memcached.port(), CacheOptions.EXPIRY,
        Duration.ofMillis(100));
    try (var store = CachedStore.of(behind, hasty)) {
      memcached.freeze();
      try {
        for (int i = 0; i < MANY; i++) {
          assertThat(store.customer(i)).isPresent();
        }
        assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 0, MANY));
      } finally {
        memcached.thaw();
      }
      awaitHit(store);
    }
  }

  @Test
  void a_cache_that_is_not_there_at_first_is_used_when_it_comes() {
    memcached.kill();
    try (var store = CachedStore.of(behind, options())) {
      assertThat(store.customer(1)).isPresent();
      assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 0, 1));
      memcached.startAgain();
      awaitHit(store);
    }
  }

  @Test
  void each_lookup_of_many_threads_is_counted_once() throws Exception {
    try (var store = CachedStore.of(behind, options())) {
      assertThat(present(store, MANY)).isEqualTo(MANY);
      assertThat(present(store, MANY)).isEqualTo(MANY);
      var counts = store.counts().now();
      assertThat(counts.hits() + counts.misses() + counts.errors()).isEqualTo(2 * MANY);
      assertThat(counts.misses() + counts.errors()).isEqualTo(behind.asked());
    }
  }

  private CacheOptions options() {
    return new CacheOptions("127.0.0.1", memcached.port(), CacheOptions.EXPIRY,
        Duration.ofSeconds(5));
  }

  // How many of so many lookups at once have an answer.
  private static int present(CustomerStore store, int lookups) throws Exception {
    var work = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < lookups; i++) {
      int id = i;
      work.add(() -> store.readings(id).isPresent());
    }
    int present = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(work)) {
        present += done.get() ? 1 : 0;
      }
    }
    return present;
  }

  private static void awaitHit(CachedStore store) {
    while (store.counts().now().hits() == 0) {
      assertThat(store.customer(1)).isPresent();
    }
  }

  private String say(String command) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), memcached.port())) {
      socket.getOutputStream().write((command + "quit\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String entry(String key, String json) {
    return "VALUE " + key + " 0 " + json.length() + "\r\n" + json + "\r\nEND\r\n";
  }
}
