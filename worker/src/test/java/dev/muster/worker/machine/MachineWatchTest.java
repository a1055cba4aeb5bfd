package dev.muster.worker.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MachineWatchTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String ACTION = "spot/instance-action";
  private static final String REBALANCE = "events/recommendations/rebalance";
  private static final int PATIENCE_SECONDS = 30;

  private final FakeMetadata metadata = new FakeMetadata();
  private final LinkedBlockingQueue<Warning> told = new LinkedBlockingQueue<>();
  private final MachineWatch watch = MachineWatch.start(
      new Imds(metadata.address()), () -> NOW, Duration.ofMillis(20), told::add);

  @AfterEach
  void close() {
    watch.close();
    metadata.close();
  }

  @Test
  void a_notice_is_told_with_the_instant_that_it_names() throws InterruptedException {
    metadata.awaitAsked("meta-data/" + REBALANCE);
    assertThat(told).isEmpty();
    metadata.put(ACTION, "{\"action\": \"terminate\", \"time\": \"2026-01-02T03:06:00Z\"}");

    assertThat(next()).isEqualTo(
        new Warning(
            Optional.of(Instant.parse("2026-01-02T03:06:00Z")), "spot interruption: terminate"));
  }

  @Test
  void a_recommendation_is_told_once_and_the_notice_after_it_too() throws InterruptedException {
    metadata.put(REBALANCE, "{\"noticeTime\": \"2026-01-02T03:04:00Z\"}");
    assertThat(next()).isEqualTo(new Warning(Optional.empty(), "rebalance recommendation"));
    metadata.awaitAsked("meta-data/" + ACTION);
    metadata.awaitAsked("meta-data/" + ACTION);
    metadata.put(ACTION, "{\"action\":\"hibernate\",\"time\":\"2026-01-02T03:04:10Z\"}");

    assertThat(next()).isEqualTo(
        new Warning(
            Optional.of(Instant.parse("2026-01-02T03:04:10Z")), "spot interruption: hibernate"));
  }

  @Test
  void a_notice_without_an_instant_that_can_be_read_leaves_two_minutes()
      throws InterruptedException {
    metadata.put(ACTION, "{\"action\":\"stop\",\"time\":\"soon\"}");

    assertThat(next().taken()).contains(NOW.plusSeconds(120));
  }

  @Test
  void what_is_no_notice_is_none() throws InterruptedException {
    metadata.put(ACTION, "<html>not found</html>");
    metadata.put(REBALANCE, "{}");

    // It has looked at both.
    assertThat(next().taken()).isEmpty();
    metadata.awaitAsked("meta-data/" + ACTION);
    metadata.awaitAsked("meta-data/" + ACTION);
    assertThat(told).isEmpty();
  }

  @Test
  void a_service_that_fails_for_a_while_is_asked_again() throws InterruptedException {
    metadata.breaks(true);
    // For a token or with one, as it had begun before.
    metadata.awaitAsked();
    metadata.awaitAsked();
    metadata.put(ACTION, "{\"action\":\"terminate\",\"time\":\"2026-01-02T03:06:00Z\"}");
    metadata.breaks(false);

    assertThat(next().taken()).isPresent();
  }

  private Warning next() throws InterruptedException {
    Warning warning = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (warning == null) {
      throw new AssertionError("nothing is told");
    }
    return warning;
  }
}
