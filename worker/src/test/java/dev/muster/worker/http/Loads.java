package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Share;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.worker.Plans;
import dev.muster.worker.guard.Guard;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import io.netty.util.LeakPresenceDetector;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Sends the load of a plan over real sockets, and adds up what came of it. */
final class Loads {

  /** All times of a load, in microseconds. */
  record Times(
      Histogram response, Histogram service, Histogram lag, Histogram connect, Histogram tls,
      Histogram firstByte) {

    static Times none() {
      return new Times(
          new Histogram(3), new Histogram(3), new Histogram(3), new Histogram(3),
          new Histogram(3), new Histogram(3));
    }

    void add(LoopTick tick) {
      for (LoopTick.SeriesTick series : tick.series()) {
        response.add(series.responseTime());
        service.add(series.serviceTime());
        lag.add(series.scheduleLag());
      }
      connect.add(tick.phases().connectTime());
      tls.add(tick.phases().tlsTime());
      firstByte.add(tick.phases().timeToFirstByte());
    }
  }

  /** The sums of a load; {@code failures} by kind. */
  record Outcome(
      long sent, long answered, long inFlight, long bodyBytes, Map<String, Long> failures,
      Times times) {

    long failed() {
      return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** All were answered, and there were some. */
    Outcome withoutFailure() {
      assertThat(failures).isEmpty();
      assertThat(answered).isPositive().isEqualTo(sent);
      return this;
    }

    /** All failed in one way, and there were some. */
    void only(String kind) {
      assertThat(failures.keySet()).containsExactly(kind);
      assertThat(failed()).isEqualTo(sent);
    }
  }

  private Loads() {}

  static Outcome of(Plans plan) {
    return of(plan, 1);
  }

  static Outcome of(Plans plan, int eventLoops) {
    return of(plan, eventLoops, List.of());
  }

  static Outcome of(Plans plan, int eventLoops, List<InetAddress> sources) {
    return of(plan, eventLoops, sources, () -> {});
  }

  /** As above, against a target of Netty's, which is closed before it is looked what was not given back. */
  static Outcome of(Plans plan, Runnable closeTarget) {
    return of(plan, 1, List.of(), closeTarget);
  }

  private static Outcome of(
      Plans plan, int eventLoops, List<InetAddress> sources, Runnable closeTarget) {
    RunPlan run = plan.run();
    var ticks = new LinkedBlockingQueue<LoopTick>();
    Outcome outcome;
    var guard = new Guard(
        "tester", AllowedTargets.of(List.of("127.0.0.0/8", "::1", "no-such-host.invalid")), null);
    try (var generator = new LoadGenerator(eventLoops, sources, new Histograms(), guard);
        var load = generator.prepare(run)) {
      load.start(
          Share.of(0, 1, run.lanes()), System.nanoTime(),
          (_, tick) -> ticks.add(tick), _ -> {});
      outcome = untilTheEnd(ticks, eventLoops);
    }
    closeTarget.run();
    LeakPresenceDetector.check();
    assertThat(outcome.sent())
        .isEqualTo(outcome.answered() + outcome.failed() + outcome.inFlight());
    return outcome;
  }

  private static Outcome untilTheEnd(LinkedBlockingQueue<LoopTick> ticks, int loops) {
    long sent = 0;
    long answered = 0;
    long inFlight = 0;
    long bytes = 0;
    var failures = new TreeMap<String, Long>();
    var times = Times.none();
    for (int left = loops; left > 0;) {
      LoopTick tick = next(ticks);
      sent += tick.sent();
      times.add(tick);
      for (LoopTick.SeriesTick series : tick.series()) {
        long count = series.responseTime().getTotalCount();
        answered += series.answered() ? count : 0;
        bytes += series.bodyBytes();
      }
      tick.failures().forEach(some -> failures.merge(some.kind(), some.count(), Long::sum));
      if (tick.last()) {
        inFlight += tick.inFlight();
        left--;
      }
    }
    return new Outcome(sent, answered, inFlight, bytes, failures, times);
  }

  private static LoopTick next(LinkedBlockingQueue<LoopTick> ticks) {
    try {
      return Objects.requireNonNull(
          ticks.poll(30, TimeUnit.SECONDS), "no tick for so long: the load stands still");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
