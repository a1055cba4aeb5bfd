package dev.muster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClusterLawTest {

  private static final long SEEDS = Long.getLong("muster.seeds", 10_000);

  /** Replays one story: {@code mvn -pl simulation -am verify
   * -Dmuster.seed=NUMBER}. */
  private static final Long ONLY = Long.getLong("muster.seed");

  @Test
  void whatever_dies_stops_or_is_cut_off_nothing_is_lost_and_no_lane_is_forgotten() {
    var wrong = new ArrayList<String>();
    LongStream seeds = ONLY == null ? LongStream.range(0, SEEDS) : LongStream.of(ONLY);
    seeds.forEach(seed -> {
      try {
        var _ = Cluster.play(seed);
      } catch (IllegalStateException e) {
        wrong.add(e.getMessage());
      }
    });

    assertThat(wrong).as("of " + SEEDS + " seeds, " + wrong.size() + " are wrong")
        .isEmpty();
  }

  @Test
  void a_seed_plays_the_same_story_each_time() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(Cluster.play(seed)).isEqualTo(Cluster.play(seed));
    }
  }

  @Test
  void the_stories_have_all_kinds_of_faults_in_them() {
    List<String> faults = LongStream.range(0, 500)
        .mapToObj(Cluster::play)
        .flatMap(outcome -> outcome.faults().stream())
        .toList();

    assertThat(faults)
        .anyMatch(fault -> fault.contains("kills"))
        .anyMatch(fault -> fault.contains("stops"))
        .anyMatch(fault -> fault.contains("cuts off"))
        .anyMatch(fault -> fault.contains("breaks the link"))
        .anyMatch(fault -> fault.contains("adds"))
        .anyMatch(fault -> fault.contains("drains"))
        .anyMatch(fault -> fault.contains("scales"))
        .anyMatch(fault -> fault.contains("pauses"))
        .anyMatch(fault -> fault.contains("resumes"))
        .anyMatch(fault -> fault.contains("disk"));
  }
}
