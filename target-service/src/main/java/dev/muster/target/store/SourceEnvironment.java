package dev.muster.target.store;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A source as environment variables. Durations are written as in {@code 250ms}, {@code 2s},
 * {@code 1h}.
 */
record SourceEnvironment(Map<String, String> variables) {
  private static final String URL = "MUSTER_DB_URL";
  private static final String USER = "MUSTER_DB_USER";
  private static final String PASSWORD = "MUSTER_DB_PASSWORD";
  private static final String POOL = "MUSTER_DB_POOL";
  private static final String TIMEOUT = "MUSTER_DB_TIMEOUT";
  private static final String CACHE = "MUSTER_CACHE";
  private static final String CACHE_EXPIRY = "MUSTER_CACHE_EXPIRY";
  private static final String CACHE_TIMEOUT = "MUSTER_CACHE_TIMEOUT";
  private static final String CACHE_WARM = "MUSTER_CACHE_WARM";

  static Map<String, String> of(CustomerSource source) {
    var variables = new LinkedHashMap<String, String>();
    switch (source) {
      // Empty rather than absent: a child process has its parent's variables too.
      case CustomerSource.Memory() -> {
        variables.put(URL, "");
        variables.put(CACHE, "");
      }
      case CustomerSource.Database(var database) -> {
        put(variables, database);
        variables.put(CACHE, "");
      }
      case CustomerSource.Cached(var database, var cache, boolean warm) -> {
        put(variables, database);
        variables.put(CACHE, cache.address());
        variables.put(CACHE_EXPIRY, written(cache.expiry()));
        variables.put(CACHE_TIMEOUT, written(cache.timeout()));
        variables.put(CACHE_WARM, Boolean.toString(warm));
      }
    }
    return variables;
  }

  private static void put(Map<String, String> variables, DatabaseOptions database) {
    variables.put(URL, database.url());
    variables.put(USER, database.user());
    variables.put(PASSWORD, database.password());
    variables.put(POOL, Integer.toString(database.poolSize()));
    variables.put(TIMEOUT, written(database.timeout()));
  }

  CustomerSource source() {
    if (text(URL, "").isEmpty()) {
      if (isCached()) {
        throw new StoreException(
            CACHE + " is set without " + URL + "; a cache needs a database behind it");
      }
      return new CustomerSource.Memory();
    }
    try {
      var database = new DatabaseOptions(text(URL, ""), text(USER, ""), text(PASSWORD, ""),
          number(POOL, text(POOL, Integer.toString(DatabaseOptions.POOL_SIZE))),
          duration(TIMEOUT, DatabaseOptions.TIMEOUT));
      return isCached()
          ? new CustomerSource.Cached(database, cache(), warm())
          : new CustomerSource.Database(database);
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "the environment variables MUSTER_DB_… and MUSTER_CACHE_… do not fit: " + e.getMessage(),
          e);
    }
  }

  private boolean isCached() {
    return !text(CACHE, "").isEmpty();
  }

  private CacheOptions cache() {
    String address = text(CACHE, "");
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
    if (host.isEmpty()) {
      throw wrong(CACHE, "host:port, such as 127.0.0.1:11211");
    }
    return new CacheOptions(host, number(CACHE, address.substring(colon + 1)),
        duration(CACHE_EXPIRY, CacheOptions.EXPIRY), duration(CACHE_TIMEOUT, CacheOptions.TIMEOUT));
  }

  private boolean warm() {
    return switch (text(CACHE_WARM, "true")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(CACHE_WARM, "true or false");
    };
  }

  private String text(String name, String otherwise) {
    return variables.getOrDefault(name, otherwise);
  }

  private int number(String name, String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw wrong(name,
          name.equals(CACHE) ? "host:port, such as 127.0.0.1:11211" : "a whole number");
    }
  }

  private Duration duration(String name, Duration otherwise) {
    String text = variables.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      // The JDK's own notation but for the milliseconds, which it has no letter for.
      return text.endsWith("ms")
          ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
          : Duration.parse("PT" + text);
    } catch (NumberFormatException | DateTimeException e) {
      throw wrong(name, "a duration, such as 250ms, 2s or 1h");
    }
  }

  private static String written(Duration duration) {
    boolean whole = duration.equals(Duration.ofMillis(duration.toMillis()));
    return whole && duration.toMillis() % 1_000 != 0
        ? duration.toMillis() + "ms"
        : duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  // The password is never among these.
  private StoreException wrong(String name, String expected) {
    return new StoreException(
        name + " must be " + expected + " (was " + text(name, "nothing") + ")");
  }
}
