package dev.muster.target.store;

import java.time.Duration;

/**
 * How to reach the cache in front of the database.
 *
 * @param host of memcached
 * @param port of memcached, 1 … 65535
 * @param expiry how long an entry lives; whole seconds, positive, at most 30 days, where memcached
 *     begins to read a date
 * @param timeout the longest that a lookup waits for the cache before it asks the database; at least
 *     1 ms
 */
public record CacheOptions(String host, int port, Duration expiry, Duration timeout) {

  /** How long an entry lives unless asked otherwise. */
  public static final Duration EXPIRY = Duration.ofHours(1);

  /** How long a lookup waits for the cache unless asked otherwise. */
  public static final Duration TIMEOUT = Duration.ofMillis(250);

  private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);

  private static final int MAX_PORT = 65_535;

  public CacheOptions {
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 1 … 65535 (was " + port + ")");
    }
    if (expiry.compareTo(Duration.ofSeconds(1)) < 0 || expiry.compareTo(LONGEST_EXPIRY) > 0) {
      throw new IllegalArgumentException("expiry must be 1 s … 30 days (was " + expiry + ")");
    }
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException("timeout must be at least 1 ms (was " + timeout + ")");
    }
  }

  /** Host and port as one word. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
