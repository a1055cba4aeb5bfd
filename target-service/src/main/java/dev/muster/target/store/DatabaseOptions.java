package dev.muster.target.store;

import java.time.Duration;

/**
 * How to reach the customers' database.
 *
 * @param url where it is, {@code jdbc:mariadb://host:port/database}; the connection is not encrypted
 *     unless the URL ends in {@code ?sslMode=verify-full} or the like; never with a password in it
 * @param user who asks
 * @param password theirs; never printed
 * @param poolSize how many connections are kept; positive
 * @param timeout the longest that a lookup waits, for a connection and for its answer together; at
 *     least {@link #SHORTEST_TIMEOUT}
 */
public record DatabaseOptions(
    String url, String user, String password, int poolSize, Duration timeout) {

  /** How many connections are kept unless asked otherwise. */
  public static final int POOL_SIZE = 10;

  /** How long a lookup waits unless asked otherwise. */
  public static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** The shortest timeout that can be kept. */
  public static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(250);

  public DatabaseOptions {
    if (poolSize < 1) {
      throw new IllegalArgumentException("poolSize must be positive (was " + poolSize + ")");
    }
    if (timeout.compareTo(SHORTEST_TIMEOUT) < 0) {
      throw new IllegalArgumentException("timeout must be at least 250 ms (was " + timeout + ")");
    }
  }

  /** All but the password, and without what follows the database in the URL, where one may stand too. */
  @Override
  public String toString() {
    return user + " at " + url.replaceFirst("\\?.*", "") + " with " + poolSize
        + " connections, waiting at most " + timeout;
  }
}
