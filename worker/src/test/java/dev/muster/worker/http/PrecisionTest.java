package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.Precision;
import dev.muster.worker.Plans;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How closely requests follow their due instants. How near that is at best is for a benchmark. */
class PrecisionTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  @Test
  void requests_that_are_due_within_a_millisecond_leave_together() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(fourPerMillisecond(server)).withoutFailure();

      // Of four that are due 250 µs apart and leave together, two are late by 500 µs or more.
      assertThat(outcome.times().lag().getValueAtPercentile(50)).isGreaterThan(200);
    }
  }

  @Test
  void a_plan_that_asks_for_precision_sends_the_same_requests() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(fourPerMillisecond(server).precision(Precision.HIGH))
          .withoutFailure();

      assertThat(outcome.sent()).isEqualTo(1_200);
    }
  }

  private static Plans fourPerMillisecond(RawServer server) {
    return Plans.of(get("/"))
        .target(server.url())
        .perSecond(4_000)
        .lasting(Duration.ofMillis(300));
  }
}
