package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.LaneState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LaneTableLawTest {

  private static final int SEEDS = 2_000;

  @Test
  void whoever_comes_and_goes_no_lane_has_two_live_owners_and_none_is_forgotten() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Chaos(seed).play();
    }
  }

  @Test
  void who_comes_when_a_table_was_written_down_and_read_again_gets_as_many_lanes_as_the_others() {
    var before = new LaneTable(30);
    var _ = before.deal(List.of("one", "two"));
    LaneTable table = LaneTable.of(before.saved());
    var _ = table.add("three");

    assertThat(List.of("one", "two", "three")).extracting(table::lanesOf).containsOnly(10);
  }

  @Test
  void who_comes_while_lanes_are_on_their_way_to_another_gets_its_part_of_these_too() {
    var table = new LaneTable(30);
    var _ = table.deal(List.of("leaves"));
    var _ = table.remove("leaves");
    var _ = table.add("one");
    var _ = table.add("two");
    table.grant("leaves")
        .letGo()
        .lanes()
        .forEach(lane -> table.letGo("leaves", LaneState.lost(lane, 1)));

    assertThat(List.of("one", "two")).extracting(each -> table.grant(each).share().size())
        .containsOnly(15);
  }

  @Test
  void who_comes_gets_the_lanes_that_are_on_their_way_to_one_that_leaves() {
    var table = new LaneTable(2);
    var _ = table.deal(List.of("first", "second"));
    var _ = table.remove("first");
    var _ = table.remove("second");
    var _ = table.add("third");

    assertThat(table.lanesOf("third")).isEqualTo(2);
  }

  /** Workers that obey every grant at once or later, die, come and leave, as the seed has it. */
  private static final class Chaos {

    private final String seed;
    private final Random random;
    private final int lanes;
    private LaneTable table;
    private final Set<String> live = new HashSet<>();

    /** Who has been told to leave, and may yet have lanes. */
    private final Set<String> leaving = new HashSet<>();

    /** By worker, what it does: all that it was told, less what it has let go. */
    private final Map<String, BitSet> held = new HashMap<>();

    private final Map<String, LaneTable.Grant> told = new HashMap<>();
    private int workers;
    private long iteration;

    Chaos(int seed) {
      this.seed = "seed " + seed;
      random = new Random(seed);
      lanes = 1 + random.nextInt(60);
      table = new LaneTable(lanes);
    }

    void play() {
      var first = new ArrayList<String>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        first.add("w" + workers++);
      }
      live.addAll(first);
      hear(table.deal(first));
      for (int turn = 0; turn < 60; turn++) {
        switch (random.nextInt(9)) {
          case 0 -> come();
          case 1 -> die();
          case 2 -> leave();
          case 3 -> restart();
          default -> letGo();
        }
        theLaws();
      }
      while (live.isEmpty()) {
        come();
      }
      settle();
      int all = held.values().stream().mapToInt(BitSet::cardinality).sum();
      assertThat(all).as(seed).isEqualTo(lanes);
      assertThat(leaving).as(seed + " who leaves is left with nothing").noneMatch(table::hasAny);
    }

    private void come() {
      String worker = workers > 0 && random.nextBoolean()
          ? "w" + random.nextInt(workers)
          : "w" + workers++;
      if (!live.contains(worker) && !leaving.contains(worker)) {
        live.add(worker);
        hear(table.add(worker));
      }
    }

    private void die() {
      any(live).or(() -> any(leaving)).ifPresent(worker -> {
        live.remove(worker);
        leaving.remove(worker);
        held.remove(worker);
        hear(table.lose(worker));
      });
    }

    private void leave() {
      any(live).ifPresent(worker -> {
        live.remove(worker);
        leaving.add(worker);
        hear(table.remove(worker));
      });
    }

    /** The coordinator is another from now on, which knows what was written down. */
    private void restart() {
      LaneTable before = table;
      table = LaneTable.of(before.saved());
      for (String worker : told.keySet()) {
        assertThat(table.lanesOf(worker)).as(seed + " lanes of " + worker)
            .isEqualTo(before.lanesOf(worker));
      }
      hear(table.changes());
    }

    private void letGo() {
      any(held.keySet()).ifPresent(worker -> {
        LaneTable.Grant grant = told.get(worker);
        if (grant != null) {
          grant.letGo().lanes().filter(_ -> random.nextBoolean()).forEach(lane -> go(worker, lane));
        }
      });
    }

    private void go(String worker, int lane) {
      BitSet has = held.get(worker);
      if (has != null) {
        has.clear(lane);
        // Each stands where nobody has been before.
        var state = new LaneState(lane, ++iteration, random.nextInt(99), null);
        table.letGo(worker, state);
        List<LaneTable.Grant> grants = table.changes();
        hear(grants);
        assertThat(grants.stream().flatMap(grant -> grant.states().stream()))
            .as(seed + " the state of " + lane + " arrives")
            .filteredOn(each -> each.lane() == lane)
            .hasSizeLessThanOrEqualTo(1);
      }
    }

    private void settle() {
      for (int turn = 0; turn < 1_000; turn++) {
        for (String worker : List.copyOf(held.keySet())) {
          LaneTable.Grant grant = table.grant(worker);
          grant.letGo().lanes().forEach(lane -> go(worker, lane));
        }
      }
    }

    private void hear(List<LaneTable.Grant> grants) {
      for (LaneTable.Grant grant : grants) {
        LaneTable.Grant before = told.put(grant.worker(), grant);
        assertThat(before == null ? 0 : before.epoch()).as(seed + " epochs rise")
            .isLessThan(grant.epoch());
        if (live.contains(grant.worker()) || leaving.contains(grant.worker())) {
          var has = new BitSet();
          grant.share().lanes().forEach(has::set);
          grant.letGo().lanes().forEach(has::set);
          held.put(grant.worker(), has);
        }
      }
    }

    private void theLaws() {
      var seen = new BitSet();
      held.forEach((worker, has) -> {
        assertThat(seen.intersects(has)).as(seed + " " + worker + " shares a lane").isFalse();
        seen.or(has);
      });
      if (!live.isEmpty()) {
        assertThat(seen.cardinality()).as(seed + " lanes that somebody has").isEqualTo(lanes);
        IntSummaryStatistics shares = live.stream().mapToInt(table::lanesOf).summaryStatistics();
        assertThat(shares.getSum()).as(seed + " lanes that are, or will be, those of who stays")
            .isEqualTo(lanes);
        assertThat(shares.getMax() - shares.getMin()).as(seed + " more lanes than another")
            .isLessThanOrEqualTo(1);
      }
    }

    private Optional<String> any(Set<String> of) {
      List<String> sorted = of.stream().sorted().toList();
      return sorted.isEmpty()
          ? Optional.empty()
          : Optional.of(sorted.get(random.nextInt(sorted.size())));
    }
  }
}
