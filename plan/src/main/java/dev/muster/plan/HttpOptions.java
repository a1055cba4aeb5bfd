package dev.muster.plan;

import dev.muster.plan.scenario.Header;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How requests travel.
 *
 * @param connections who shares a connection, or null where that is not said: see {@link
 *     Plan#connections}
 * @param version which HTTP is spoken. With {@link Version#HTTP_2}, headers that tell of a
 *     connection of HTTP/1.1 (RFC 9113, 8.2.2) are left out of requests
 * @param streams the most requests at once on one connection of HTTP/2, at least 1, where the
 *     target allows as many; it concerns connections that are shared, as users with one of their
 *     own have one request at a time
 * @param connectTimeout the longest wait for a connection, TLS included; positive
 * @param timeout the longest wait for a whole answer, from the instant work on the request begins;
 *     positive. A request may set its own
 * @param headers sent with every request, before the request's own
 * @param tls whom to trust, where the target is one of https
 */
public record HttpOptions(
    @Nullable Connections connections,
    Version version,
    int streams,
    Duration connectTimeout,
    Duration timeout,
    List<Header> headers,
    TlsOptions tls) {

  /**
   * As many as servers are asked to allow at least (RFC 9113, 6.5.2), and as h2load and browsers
   * use.
   */
  private static final int STREAMS = 100;

  /** Who shares a connection. A server that closes is obeyed in each case. */
  public enum Connections {
    /**
     * Each user has its own and keeps it between requests, as a browser and Locust do; one that comes
     * once takes a new one and closes it when it goes.
     */
    PER_USER,
    /** Users of one event loop take any that has room, as a proxy or a service does. */
    SHARED,
    /** A new one for each request, which asks the server to close it. */
    PER_REQUEST
  }

  /** A version of HTTP; a target that does not speak it fails every request. */
  public enum Version {
    /** One request at a time on a connection. */
    HTTP_1_1,
    /** As agreed by ALPN over https; over http without asking ("prior knowledge", RFC 9113, 3.3). */
    HTTP_2
  }

  public HttpOptions {
    headers = List.copyOf(headers);
  }

  /** What a plan that says nothing about HTTP gets. */
  public static HttpOptions defaults() {
    return new HttpOptions(
        null, Version.HTTP_1_1, STREAMS, Duration.ofSeconds(5), Duration.ofSeconds(30), List.of(),
        TlsOptions.defaults());
  }
}
