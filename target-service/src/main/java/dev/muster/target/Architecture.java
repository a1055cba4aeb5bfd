package dev.muster.target;

import java.util.Locale;

/** What the customer API is made of. */
public enum Architecture {
  /** One process with the data in its memory. */
  EMBEDDED,
  /** A process in front of a MariaDB. */
  THREE_TIER,
  /** The same with a memcached in front of the database. */
  MEMCACHED,
  /** Five such processes behind a load balancer. */
  LOAD_BALANCED,
  /** A Lambda function behind an API gateway. */
  LAMBDA;

  /** The word for it on the command line and in results. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return word();
  }
}
