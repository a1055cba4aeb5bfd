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
 * @param connectTimeout the longest wait for a connection, TLS included; positive
 * @param timeout the longest wait for a whole answer, from the instant work on the request begins;
 *     positive. A request may set its own
 * @param headers sent with every request, before the request's own
 * @param tls whom to trust, where the target is one of https
 */
public record HttpOptions(
    @Nullable Connections connections,
    Duration connectTimeout,
    Duration timeout,
    List<Header> headers,
    TlsOptions tls) {

  /** Who shares a connection. A server that closes is obeyed in each case. */
  public enum Connections {
    /**
     * Each user has its own and keeps it between requests, as a browser and Locust do; one that comes
     * once takes a new one and closes it when it goes.
     */
    PER_USER,
    /** Users of one event loop take any idle one, as a proxy or a service does. */
    SHARED,
    /** A new one for each request, which asks the server to close it. */
    PER_REQUEST
  }

  public HttpOptions {
    headers = List.copyOf(headers);
  }

  /** What a plan that says nothing about HTTP gets. */
  public static HttpOptions defaults() {
    return new HttpOptions(
        null, Duration.ofSeconds(5), Duration.ofSeconds(30), List.of(),
        TlsOptions.defaults());
  }
}
