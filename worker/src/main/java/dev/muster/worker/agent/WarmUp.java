package dev.muster.worker.agent;

import dev.muster.plan.Experiment;
import dev.muster.plan.HttpOptions;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Share;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.health.GeneratorMeter;
import dev.muster.worker.http.LoadGenerator;
import dev.muster.worker.record.Histograms;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a short load to a sink of the worker's own, so that the first request of a run finds its code
 * loaded and compiled. The target never sees it.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int USERS = 8;
  private static final Duration LENGTH = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private WarmUp() {}

  /** Warms {@code generator} up, and waits until that is done. */
  static void of(LoadGenerator generator, Histograms histograms) {
    try (var sink = WarmUpSink.open()) {
      RunPlan run = plan(sink.port());
      var done = new CountDownLatch(generator.eventLoops());
      try (LoadGenerator.Load load = generator.prepare(run);
          GeneratorMeter meter = generator.meter(System.nanoTime())) {
        var assembler = new TickAssembler(
            "warm-up", load.script().series(), generator.eventLoops(), histograms);
        load.start(Share.of(0, 1, USERS), System.nanoTime(), (loop, tick) -> {
          synchronized (assembler) {
            assembler.add(loop, tick);
            var _ = assembler.next();
          }
          if (tick.last()) {
            done.countDown();
          }
        });
        if (!done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          LOG.warn("The warm-up did not end in time; the first requests may be late");
        }
        var _ = meter.tick(0, true);
      }
    } catch (IOException e) {
      LOG.warn("No warm-up, as no sink could be opened: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RunPlan plan(int port) {
    var get = new Step.Request(
        Step.Method.GET,
        new Template(
            List.of(new Template.Literal("/"), new Template.RandomInteger(1, 1_000))),
        "/", List.of(), null, null, List.of());
    // Short, so that much is sent in the time; not none, so that timers are used.
    var think = new Step.Think(Duration.ZERO, Duration.ofNanos(100_000));
    var scenario = new Scenario(
        "warm-up", 1, List.of(new Task("warm-up", 1, List.of(get, think))), null);
    var load = new Load.Closed(List.of(USERS), new Load.Spawn(null, null), LENGTH, Duration.ZERO);
    var plan = new Plan(
        "warm-up", URI.create("http://127.0.0.1:" + port), 1, HttpOptions.defaults(),
        List.of(scenario), load);
    return Experiment.of(plan).runs().getFirst();
  }
}
