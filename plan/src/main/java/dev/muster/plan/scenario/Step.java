package dev.muster.plan.scenario;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing in a task. */
public sealed interface Step {

  /**
   * Sends a request and waits for its whole answer, or for its failure. It is due the instant the
   * step before it ends.
   *
   * @param method the HTTP method
   * @param path begins with {@code /}; may hold a query
   * @param name under which it is counted
   * @param headers sent after those of the plan
   * @param body what is sent, or null for no body
   * @param timeout the longest wait for the whole answer, or null for the plan's
   * @param checks what the answer must be, in order; at most one is of its status
   */
  record Request(
      Method method,
      Template path,
      String name,
      List<Header> headers,
      @Nullable Template body,
      @Nullable Duration timeout,
      List<Check> checks) implements Step {

    public Request {
      headers = List.copyOf(headers);
      checks = List.copyOf(checks);
    }
  }

  /**
   * Waits for a time drawn uniformly from both ends, each included.
   *
   * @param atLeast not negative
   * @param atMost not less than {@code atLeast}
   */
  record Think(Duration atLeast, Duration atMost) implements Step {

    public Think {
      if (atLeast.isNegative() || atMost.compareTo(atLeast) < 0) {
        throw new IllegalArgumentException("a think time goes from a smaller to a larger time");
      }
    }
  }

  /** The HTTP methods that a plan can send. */
  enum Method {
    GET, POST, PUT, DELETE
  }
}
