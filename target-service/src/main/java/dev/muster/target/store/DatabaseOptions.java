package dev.muster.target.store;

import java.time.Duration;

/**
 * How to reach the customers' database.
 *
 * @param url where it is, {@code jdbc:mariadb://host:port/database}
 * @param user who asks
 * @param password theirs; never printed
 * @param poolSize how many connections are kept; positive
 * @param timeout the longest that a lookup waits for a free connection, for a new one to be made, or
 *     for an answer; positive
 */
public record DatabaseOptions(
    String url, String user, String password, int poolSize, Duration timeout) {

  /** How many connections are kept unless asked otherwise. */
  public static final int POOL_SIZE = 10;

  /** How long a lookup waits unless asked otherwise. */
  public static final Duration TIMEOUT = Duration.ofSeconds(2);

  public DatabaseOptions {
    if (poolSize < 1) {
      throw new IllegalArgumentException("poolSize must be positive (was " + poolSize + ")");
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive (was " + timeout + ")");
    }
  }

  /** All but the password. */
  @Override
  public String toString() {
    return user + " at " + url + " with " + poolSize + " connections, waiting at most " + timeout;
  }
}
