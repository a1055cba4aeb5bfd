package dev.muster.worker.agent;

import com.sun.management.OperatingSystemMXBean;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Share;
import dev.muster.worker.health.GeneratorMeter;
import dev.muster.worker.http.LoadGenerator;
import dev.muster.worker.http.StandIn;
import dev.muster.worker.record.Histograms;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a load to a stand-in of the worker's own, so that the first request of a run finds its code
 * loaded and compiled. The target never sees it. It goes on beside the agent: bursts of requests, and
 * after each a rest in which the compiler has the cores to itself, until a burst gives it nothing more
 * to do. Without rests it would share a core with code that is slow as long as it has not been
 * compiled. As long as no plan is known something common is sent, and then what the plan will send.
 *
 * <p>For one thread, the agent's.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int MOST_BURSTS = 12;

  /** Before so many are over a quiet compiler may only not have seen enough yet, such as of the event loop. */
  private static final int LEAST_BURSTS = 6;
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
  private final ExecutorService thread = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().daemon().name("warm-up").factory());

  /** The first ends what goes on without a plan, the second all. */
  private final CountDownLatch planKnown = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private @Nullable Plan rehearsed;
  private CompletableFuture<Void> rehearsal = CompletableFuture.completedFuture(null);

  private WarmUp(LoadGenerator generator, Histograms histograms) {
    this.generator = generator;
    this.histograms = histograms;
  }

  /** Begins to warm {@code generator} up. */
  static WarmUp of(LoadGenerator generator, Histograms histograms) {
    var warmUp = new WarmUp(generator, histograms);
    warmUp.thread.execute(() -> warmUp.warm(Rehearsal.general(), warmUp.planKnown));
    return warmUp;
  }

  /**
   * Rehearses {@code plan}; a second time for one plan it does nothing. The generator must have nothing
   * else to do until then.
   *
   * @return is done when it is over, however it went
   */
  CompletableFuture<Void> rehearse(Plan plan) {
    planKnown.countDown();
    if (!plan.equals(rehearsed)) {
      rehearsed = plan;
      rehearsal = CompletableFuture.runAsync(() -> warm(plan, ended), thread);
    }
    return rehearsal;
  }

  /** Ends it early, and waits until the generator is free of it: some milliseconds. */
  void end() {
    planKnown.countDown();
    ended.countDown();
    thread.close();
  }

  private void warm(Plan plan, CountDownLatch until) {
    try (var standIn = StandIn.open(
        plan.target().getScheme().equals("https"), plan.http().version())) {
      RunPlan run = Rehearsal.of(plan, standIn.address());
      for (int burst = 0; burst < MOST_BURSTS && until.getCount() > 0; burst++) {
        send(run, standIn);
        if (rest(until) < LITTLE_NANOS && burst + 1 >= LEAST_BURSTS) {
          return;
        }
      }
    } catch (IOException e) {
      LOG.warn("No warm-up, as no target of its own could be opened: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("No warm-up, as the worker met a defect of its own", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(RunPlan run, StandIn standIn) throws InterruptedException {
    var done = new CountDownLatch(generator.eventLoops());
    try (LoadGenerator.Load load = generator.prepare(run, standIn);
        GeneratorMeter meter = generator.meter(System.nanoTime())) {
      var assembler = new TickAssembler(
          "warm-up", load.script().series(), generator.eventLoops(), histograms);
      load.start(Share.of(0, 1, run.lanes()), System.nanoTime(), (loop, tick) -> {
        synchronized (assembler) {
          assembler.add(loop, tick);
          var _ = assembler.next();
        }
        if (tick.last()) {
          done.countDown();
        }
      }, _ -> {});
      if (!done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The warm-up did not end in time; the first requests may be late");
      }
      var _ = meter.tick(0, true);
    }
  }

  /** Waits until the process is idle, and returns the CPU time that it took until then. */
  private long rest(CountDownLatch until) throws InterruptedException {
    long begun = SYSTEM.getProcessCpuTime();
    long before = begun;
    int idle = 0;
    for (int look = 0; look < MOST_LOOKS && idle < IDLE_LOOKS; look++) {
      if (until.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
      long now = SYSTEM.getProcessCpuTime();
      idle = now - before < LOOK_MILLIS * 1_000_000 / 4 ? idle + 1 : 0;
      before = now;
    }
    return before - begun;
  }
}
