package dev.muster.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The meter in a JVM that really works, pauses and collects. */
class GeneratorMeterTest {

  private static final long MS = 1_000_000;
  private static final long PATIENCE_NANOS = 30_000 * MS;

  @Test
  void what_event_loops_tell_is_in_the_tick_in_which_it_ended() {
    var told = new AtomicReference<Pauses>();
    var ended = new AtomicBoolean();
    long start = System.nanoTime();
    var loops = List.of(ThreadClock.ofCurrentThread(), ThreadClock.ofCurrentThread());
    var meter = new GeneratorMeter(loops, start, stalls -> {
      told.set(stalls);
      return () -> ended.set(true);
    }, () -> 0);
    told.get().add(start + 1_100 * MS, 150 * MS);

    assertThat(meter.tick(0, false).loopStallNanos()).isZero();
    told.get().add(start + 1_200 * MS, 50 * MS);
    GeneratorTick second = meter.tick(1, false);
    assertThat(second.loopStallNanos()).isEqualTo(150 * MS);
    assertThat(second.loopStalledNanos()).as("of two loops on average").isEqualTo(100 * MS);
    assertThat(ended).isFalse();
    meter.close();
    assertThat(ended).isTrue();
  }

  @Test
  void cpu_time_is_that_of_the_loops_and_of_the_process_in_the_time_between() {
    try (var meter = new GeneratorMeter(
        List.of(ThreadClock.ofCurrentThread()), System.nanoTime(),
        _ -> GeneratorMeterTest::nothing, () -> 0)) {
      long until = System.nanoTime() + 400 * MS;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }

      GeneratorTick first = meter.tick(0, false);
      GeneratorTick second = meter.tick(1, false);

      assertThat(first.cpu().intervalNanos()).isGreaterThanOrEqualTo(400 * MS);
      assertThat(first.cpu().loopCpuNanos()).isPositive();
      // The kernel counts the process in hundredths of a second.
      assertThat(first.cpu().cpuNanos()).isGreaterThan(first.cpu().loopCpuNanos() - 20 * MS);
      assertThat(first.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(second.cpu()).as("ticks that come together share a reading")
          .isSameAs(first.cpu());
    }
  }

  @Test
  void a_collection_is_noticed_as_one_and_as_a_process_that_stands_still() {
    List<Object> live = listOfManyObjects();
    try (var meter = new GeneratorMeter(List.of(), System.nanoTime(),
        _ -> GeneratorMeterTest::nothing, () -> 0)) {
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      long gc = 0;
      long stall = 0;
      for (long tick = 0; (gc == 0 || stall == 0) && System.nanoTime() < deadline; tick++) {
        System.gc();
        GeneratorTick next = meter.tick(tick, true);
        gc = Math.max(gc, next.gcLongestNanos());
        stall = Math.max(stall, next.processStallNanos());
        assertThat(next.gcNanos()).isGreaterThanOrEqualTo(next.gcLongestNanos());
      }
      assertThat(gc).isGreaterThanOrEqualTo(MS);
      assertThat(stall).isGreaterThanOrEqualTo(MS);
    }
    assertThat(live).isNotEmpty();
  }

  /** So many that to walk through them takes a while. */
  private static List<Object> listOfManyObjects() {
    var live = new ArrayList<Object>();
    for (int i = 0; i < 1_000_000; i++) {
      live.add(new int[4]);
    }
    return live;
  }

  private static void nothing() {}
}
