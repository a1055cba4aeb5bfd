package dev.muster.plan.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareTest {

  @Test
  void shares_of_any_number_of_workers_are_disjoint_and_complete() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      int workers = 1 + random.nextInt(64);
      int lanes = random.nextInt(2_000);

      int[] all = IntStream.range(0, workers)
          .mapToObj(worker -> Share.of(worker, workers, lanes))
          .flatMapToInt(Share::lanes)
          .sorted()
          .toArray();

      assertThat(all).as("seed %d", seed).isEqualTo(IntStream.range(0, lanes).toArray());
    }
  }

  @Test
  void shares_differ_by_at_most_one_lane() {
    for (int workers = 1; workers < 40; workers++) {
      int[] sizes = sizes(workers, 1_000);
      assertThat(sizes[0] - sizes[workers - 1]).isBetween(0, 1);
    }
  }

  @Test
  void the_union_of_the_schedules_of_n_workers_is_the_schedule_of_one() {
    for (int seed = 0; seed < 200; seed++) {
      UserProfile profile = LoadProfileTest.anyProfile(new Random(seed));
      int workers = 1 + seed % 17;

      var union = new ArrayList<Start>();
      for (int worker = 0; worker < workers; worker++) {
        union.addAll(schedule(profile, Share.of(worker, workers, profile.users())));
      }
      union.sort(Start.IN_TIME);

      List<Start> alone = schedule(profile, Share.of(0, 1, profile.users()));
      alone.sort(Start.IN_TIME);
      assertThat(union).as("seed %d", seed).isEqualTo(alone);
    }
  }

  @Test
  void a_lane_draws_the_same_whoever_asks_and_neighbours_draw_otherwise() {
    var once = new LaneRandom(1, 42);
    var again = new LaneRandom(1, 42);
    var neighbour = new LaneRandom(1, 43);
    var otherSeed = new LaneRandom(2, 42);

    for (int i = 0; i < 100; i++) {
      long drawn = once.next();
      assertThat(again.next()).isEqualTo(drawn);
      assertThat(neighbour.next()).isNotEqualTo(drawn);
      assertThat(otherSeed.next()).isNotEqualTo(drawn);
    }
  }

  @Test
  void draws_are_uniform_over_both_ends_and_across_lanes() {
    var counts = new int[10];
    for (int lane = 0; lane < 1_000; lane++) {
      var random = new LaneRandom(9, lane);
      for (int i = 0; i < 100; i++) {
        counts[(int) random.between(5, 14) - 5]++;
      }
    }

    // Chi-squared with nine degrees of freedom passes 33.7 once in 10,000 seeds.
    double chiSquared = 0;
    for (int count : counts) {
      chiSquared += (count - 10_000.0) * (count - 10_000.0) / 10_000.0;
    }
    assertThat(chiSquared).isLessThan(33.7);
  }

  private record Start(int lane, Life life) {

    static final Comparator<Start> IN_TIME = Comparator
        .comparingLong((Start start) -> start.life().startNanos())
        .thenComparingInt(Start::lane);
  }

  private static List<Start> schedule(UserProfile profile, Share share) {
    var starts = new ArrayList<Start>();
    share.lanes()
        .forEach(lane -> profile.lives(lane).forEach(life -> starts.add(new Start(lane, life))));
    return starts;
  }

  private static int[] sizes(int workers, int lanes) {
    return IntStream.range(0, workers).map(w -> Share.of(w, workers, lanes).size()).toArray();
  }
}
