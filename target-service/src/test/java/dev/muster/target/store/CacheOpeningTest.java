package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.process.ReservedPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a cache at whose address there is none. */
@Timeout(60)
class CacheOpeningTest {
  @AutoClose
  private final ReservedPorts ports = new ReservedPorts();

  private final Behind behind = new Behind();

  @Test
  void a_cache_that_is_to_be_filled_must_be_there() throws IOException {
    int free = ports.any();
    assertThatThrownBy(() -> CachedStore.warm(behind, at(free)))
        .isInstanceOf(StoreException.class)
        .hasMessage("no memcached answers at 127.0.0.1:" + free
            + "; start one there, or name another");
  }

  @Test
  void somebody_else_who_keeps_silent_is_no_cache() throws IOException {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = silent.getLocalPort();
      assertThatThrownBy(() -> CachedStore.warm(behind, at(port)))
          .isInstanceOf(StoreException.class)
          .hasMessageStartingWith("no memcached answers at 127.0.0.1:" + port);
      try (var store = CachedStore.of(behind, at(port))) {
        for (int id = 0; id < 1_000; id++) {
          assertThat(store.customer(id)).isPresent();
        }
        assertThat(store.counts().now()).isEqualTo(new CacheCounts.Now(0, 0, 1_000));
      }
    }
  }

  @Test
  void an_unknown_host_is_said() {
    var options = new CacheOptions("nowhere.invalid", 11_211, CacheOptions.EXPIRY,
        CacheOptions.TIMEOUT);
    assertThatThrownBy(() -> CachedStore.of(behind, options)).isInstanceOf(StoreException.class)
        .hasMessage("the host of the cache nowhere.invalid:11211 is not known");
  }

  private static CacheOptions at(int port) {
    return new CacheOptions("127.0.0.1", port, CacheOptions.EXPIRY, Duration.ofMillis(200));
  }
}
