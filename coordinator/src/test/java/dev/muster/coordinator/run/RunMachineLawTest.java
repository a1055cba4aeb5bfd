package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.Share;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunMachineLawTest {

  private static final int SEEDS = 2_000;

  @Test
  void whatever_happens_in_whatever_order_a_run_ends_and_acknowledges_only_what_is_stored() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Chaos(seed).play();
    }
  }

  /** Workers that forget, repeat, reorder and fall silent, each as the seed has it. */
  private static final class Chaos {

    private final String seed;
    private final Random random;
    private final int lanes;
    private final String[] workers;
    private final RunStory run;
    private final Map<String, Set<Long>> stored = new HashMap<>();
    private final Map<String, Share> shares = new HashMap<>();
    private final Map<String, Integer> snapshots = new HashMap<>();
    private int ends;
    private double now;

    Chaos(int seed) {
      this.seed = "seed " + seed;
      random = new Random(seed);
      lanes = 1 + random.nextInt(40);
      workers = IntStream.rangeClosed(1, 1 + random.nextInt(4))
          .mapToObj(i -> "w" + i)
          .toArray(String[]::new);
      run = new RunStory(lanes, workers);
      for (String worker : workers) {
        stored.put(worker, new HashSet<>());
        snapshots.put(worker, 1 + random.nextInt(6));
      }
    }

    void play() {
      happens(new RunEvent.Began());
      while (ends == 0) {
        now += random.nextInt(4) == 0 ? random.nextDouble() * 8 : 0;
        run.at(now);
        happens(anything());
        assertThat(now).as(seed + " never ends").isLessThan(1_000);
      }
      for (int i = 0; i < 20; i++) {
        assertThat(run.on(anything())).as(seed + " after the end").isEmpty();
      }
      assertThat(ends).as(seed).isOne();
      if (!shares.isEmpty()) {
        assertThat(shares.values().stream().flatMapToInt(Share::lanes).boxed())
            .as(seed + " shares")
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, lanes).boxed().toList());
      }
    }

    private RunEvent anything() {
      String worker = workers[random.nextInt(workers.length)];
      return switch (random.nextInt(11)) {
        case 0 -> new RunEvent.LinkIsBack(worker);
        case 1 -> new RunEvent.HealthReported(worker, random.nextInt(100));
        case 2 -> new RunEvent.WorkerPrepared(worker, random.nextInt(50) == 0 ? "no" : "");
        case 3, 4 -> new RunEvent.WorkerPrepared(worker, "");
        case 5 -> random.nextInt(20) == 0 ? new RunEvent.StopAsked(0) : new RunEvent.TimePassed();
        case 6, 7 -> new RunEvent.TimePassed();
        default -> snapshot(worker);
      };
    }

    private RunEvent snapshot(String worker) {
      int last = snapshots.getOrDefault(worker, 1);
      long sequence = 1L + random.nextInt(last);
      return run.machine.phase() == RunMachine.Phase.RUNNING && shares.containsKey(worker)
          ? new RunEvent.SnapshotStored(worker, sequence, sequence == last)
          : new RunEvent.TimePassed();
    }

    private void happens(RunEvent event) {
      if (event instanceof RunEvent.SnapshotStored(String worker, long sequence, boolean _)) {
        stored.computeIfAbsent(worker, _ -> new HashSet<>()).add(sequence);
      }
      for (RunAction action : List.copyOf(run.on(event))) {
        switch (action) {
          case RunAction.Acknowledge(String worker, long sequence) -> assertThat(
              stored.getOrDefault(worker, Set.of()))
              .as(seed + " acknowledges what is not stored")
              .containsAll(upTo(sequence));
          case RunAction.Assign(String worker, long _, Share share) -> {
            Share before = shares.put(worker, share);
            assertThat(before == null ? share : before).as(seed + " epoch 1").isEqualTo(share);
          }
          case RunAction.End(String problem) -> {
            ends++;
            if (problem.isEmpty()) {
              allAreInOrLost();
            }
          }
          default -> assertThat(ends).as(seed + " after the end: " + action).isZero();
        }
      }
    }

    private void allAreInOrLost() {
      for (String worker : workers) {
        boolean isIn = stored.getOrDefault(worker, Set.of())
            .containsAll(upTo(snapshots.getOrDefault(worker, 0)));
        assertThat(isIn || run.machine.isLost(worker)).as(seed + " " + worker).isTrue();
      }
    }

    private static List<Long> upTo(long sequence) {
      var all = new ArrayList<Long>();
      for (long each = 1; each <= sequence; each++) {
        all.add(each);
      }
      return all;
    }
  }
}
