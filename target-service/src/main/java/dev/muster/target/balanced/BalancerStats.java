package dev.muster.target.balanced;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the balancer has counted at one moment. Its counts of requests and answers know nothing of
 * processes that come and go.
 *
 * @param fields by the name of what they belong to, then by their own
 */
record BalancerStats(Map<String, Map<String, String>> fields) {
  private static final String FRONT = "FRONTEND";
  private static final String BACK = "BACKEND";
  private static final List<String> ANSWERED = List.of("hrsp_1xx", "hrsp_2xx", "hrsp_3xx",
      "hrsp_4xx", "hrsp_5xx");

  /**
   * Reads HAProxy's typed statistics, a field to a line:
   *
   * <pre>S.3.1.17.status.1:SGP:str:UP</pre>
   */
  static BalancerStats parse(String text) {
    var bySource = new HashMap<String, Map<String, String>>();
    text.lines().forEach(line -> {
      String[] parts = line.split(":", 4);
      String[] key = parts[0].split("\\.", -1);
      if (parts.length == 4 && key.length == 6) {
        String source = key[0] + "." + key[1] + "." + key[2];
        bySource.computeIfAbsent(source, _ -> new HashMap<>()).put(key[4], parts[3]);
      }
    });
    var byName = new HashMap<String, Map<String, String>>();
    bySource.values().forEach(one -> byName.put(one.getOrDefault("svname", ""), one));
    return new BalancerStats(byName);
  }

  /** Requests taken from clients, also those that could not be read. */
  long received() {
    return number(FRONT, "req_tot");
  }

  /**
   * Requests of clients that were given an answer, the balancer's own included. One is missing while
   * it is in progress, and for good where the client sees its connection closed instead.
   */
  long answered() {
    return ANSWERED.stream().mapToLong(field -> number(FRONT, field)).sum();
  }

  /** Answers of one class, such as {@code 2xx}. */
  long answered(String statusClass) {
    return number(FRONT, "hrsp_" + statusClass);
  }

  /** Connections taken from clients. */
  long connections() {
    return number(FRONT, "conn_tot");
  }

  /** Connections to a process that were tried again. */
  long retries() {
    return number(BACK, "wretr");
  }

  /** Requests that were given to another process than the one chosen first. */
  long redispatches() {
    return number(BACK, "wredis");
  }

  /** Requests for which no connection to a process could be made. */
  long connectionErrors() {
    return number(BACK, "econ");
  }

  /** Answers of a process that broke off or could not be read. */
  long answerErrors() {
    return number(BACK, "eresp");
  }

  /** Whether this process gets its share. */
  boolean isUp(Place place) {
    return state(place).startsWith("UP");
  }

  /** How the balancer sees this process: {@code UP}, {@code DOWN}, {@code MAINT}. */
  String state(Place place) {
    return field(place.name(), "status");
  }

  /** The answers of this process, over all its lives. */
  long answered(Place place) {
    return ANSWERED.stream().mapToLong(field -> number(place.name(), field)).sum();
  }

  private long number(String name, String field) {
    String digits = field(name, field);
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private String field(String name, String field) {
    return fields.getOrDefault(name, Map.of()).getOrDefault(field, "");
  }
}
