package dev.muster.worker.agent;

import com.sun.management.OperatingSystemMXBean;
import dev.muster.plan.Experiment;
import dev.muster.plan.HttpOptions;
import dev.muster.plan.Plan;
import dev.muster.plan.Precision;
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
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a load to a sink of the worker's own, so that the first request of a run finds its code
 * loaded and compiled. The target never sees it. It goes on beside the agent: bursts of requests, and
 * after each a rest in which the compiler has the cores to itself, until a burst gives it nothing more
 * to do. Without rests it would share a core with code that is slow as long as it has not been
 * compiled.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int USERS = 16;
  private static final Duration BURST = Duration.ofMillis(150);
  private static final int MOST_BURSTS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How often it is looked whether the compiler is done. */
  private static final long LOOK_MILLIS = 10;

  /** So many looks in a row at an idle process: it is done. */
  private static final int IDLE_LOOKS = 3;

  /** Beyond this the process has something else to do. */
  private static final int MOST_LOOKS = 150;

  /** A burst that makes no more work than this is the last. */
  private static final long LITTLE_NANOS = 30_000_000;

  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
      .getOperatingSystemMXBean();

  private final LoadGenerator generator;
  private final Histograms histograms;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Thread thread;

  private WarmUp(LoadGenerator generator, Histograms histograms) {
    this.generator = generator;
    this.histograms = histograms;
    this.thread = Thread.ofPlatform().daemon().name("warm-up").start(this::warm);
  }

  /** Begins to warm {@code generator} up. */
  static WarmUp of(LoadGenerator generator, Histograms histograms) {
    return new WarmUp(generator, histograms);
  }

  /** Waits until it is over. */
  void await() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it early, and waits until the generator is free of it: some milliseconds. */
  void end() {
    asked.countDown();
    await();
  }

  private void warm() {
    try (var sink = WarmUpSink.open()) {
      RunPlan run = plan(sink.port());
      for (int burst = 0; burst < MOST_BURSTS && asked.getCount() > 0; burst++) {
        send(run);
        if (rest() < LITTLE_NANOS) {
          return;
        }
      }
    } catch (IOException e) {
      LOG.warn("No warm-up, as no sink could be opened: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(RunPlan run) throws InterruptedException {
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
  }

  /** Waits until the process is idle, and returns the CPU time that it took until then. */
  private long rest() throws InterruptedException {
    long begun = SYSTEM.getProcessCpuTime();
    long before = begun;
    int idle = 0;
    for (int look = 0; look < MOST_LOOKS && idle < IDLE_LOOKS; look++) {
      if (asked.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
      long now = SYSTEM.getProcessCpuTime();
      idle = now - before < LOOK_MILLIS * 1_000_000 / 4 ? idle + 1 : 0;
      before = now;
    }
    return before - begun;
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
        "warm-up", 1, List.of(new Task("warm-up", 1, List.of(get, get, get, think))), null);
    var load = new Load.Closed(
        List.of(USERS), new Load.Spawn(null, null), BURST, Duration.ZERO);
    var plan = new Plan(
        "warm-up", URI.create("http://127.0.0.1:" + port), 1, Precision.HIGH,
        HttpOptions.defaults(), List.of(scenario), load);
    return Experiment.of(plan).runs().getFirst();
  }
}
