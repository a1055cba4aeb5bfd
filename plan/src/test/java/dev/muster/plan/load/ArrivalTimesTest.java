package dev.muster.plan.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.Load.Arrivals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When arrivals are due, and that this does not depend on who owns which lane. */
class ArrivalTimesTest {

  private static final long SECOND = 1_000_000_000;
  private static final int[] ALL_LANES = IntStream.range(0, ArrivalProfile.LANES).toArray();

  private record Arrival(long nanos, int lane, long index, long number) {

    static final Comparator<Arrival> IN_TIME = Comparator.comparingLong(Arrival::nanos)
        .thenComparingLong(Arrival::number);
  }

  @Test
  void regular_arrival_k_is_due_at_k_over_the_rate_in_lane_k_mod_lanes() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      ArrivalProfile profile = anyProfile(random, Arrivals.REGULAR);

      List<Arrival> arrivals = arrivals(profile, seed, ALL_LANES);

      assertThat(arrivals).as("seed %d", seed)
          .hasSize((int) profile.regularBefore(profile.durationNanos()));
      for (int k = 0; k < arrivals.size(); k++) {
        assertThat(arrivals.get(k)).as("seed %d", seed)
            .isEqualTo(
                new Arrival(
                    profile.rate().nanosUntil(k), k % ArrivalProfile.LANES,
                    k / ArrivalProfile.LANES, k));
      }
    }
  }

  @Test
  void five_thousand_a_second_come_each_fifth_of_a_millisecond() {
    var profile = new ArrivalProfile(
        new Rate(5_000, SECOND), Arrivals.REGULAR, null, 2 * SECOND);

    List<Arrival> arrivals = arrivals(profile, 1, ALL_LANES);

    assertThat(arrivals).hasSize(10_000);
    assertThat(arrivals.get(1).nanos()).isEqualTo(200_000);
    assertThat(arrivals.getLast().nanos()).isEqualTo(2 * SECOND - 200_000);
  }

  @ParameterizedTest
  @EnumSource
  void the_arrivals_of_any_split_are_those_of_the_whole_instant_for_instant(Arrivals kind) {
    for (int seed = 0; seed < 60; seed++) {
      var random = new Random(seed);
      ArrivalProfile profile = anyProfile(random, kind);
      int workers = 1 + random.nextInt(9);
      int loops = 1 + random.nextInt(4);

      var union = new ArrayList<Arrival>();
      for (int[] lanes : split(workers, loops)) {
        List<Arrival> part = arrivals(profile, seed, lanes);
        assertThat(part).as("seed %d", seed).isSortedAccordingTo(Arrival.IN_TIME);
        union.addAll(part);
      }
      union.sort(Arrival.IN_TIME);

      assertThat(union).as("seed %d, %d workers, %d event loops", seed, workers, loops)
          .isEqualTo(arrivals(profile, seed, ALL_LANES));
    }
  }

  @ParameterizedTest
  @EnumSource
  void numbers_are_unique_and_nothing_is_due_at_the_end_or_later(Arrivals kind) {
    for (int seed = 0; seed < 60; seed++) {
      ArrivalProfile profile = anyProfile(new Random(seed), kind);

      List<Arrival> arrivals = arrivals(profile, seed, ALL_LANES);

      assertThat(arrivals).as("seed %d", seed)
          .isSortedAccordingTo(Arrival.IN_TIME)
          .allMatch(arrival -> arrival.nanos() < profile.durationNanos())
          .allMatch(a -> a.number() == a.lane() + a.index() * ArrivalProfile.LANES);
      assertThat(arrivals.stream().map(Arrival::number).distinct()).hasSameSizeAs(arrivals);
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_owns_no_lane_has_no_arrival_and_asking_on_changes_nothing(Arrivals kind) {
    var profile = new ArrivalProfile(new Rate(1, 1_000), kind, null, SECOND);
    ArrivalTimes none = profile.times(1, new int[0]);

    none.next();

    assertThat(none.nanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_year_of_arrivals_is_told_one_by_one() {
    for (Arrivals kind : Arrivals.values()) {
      var profile = new ArrivalProfile(new Rate(100_000, SECOND), kind, null, 31_536_000 * SECOND);
      ArrivalTimes times = profile.times(1, ALL_LANES);
      for (int k = 0; k < 100_000; k++) {
        times.next();
      }

      // Of 100,000 at random the last is a second away to within five times 1/√100,000 of it.
      assertThat(times.nanos()).isBetween((long) (0.984 * SECOND), (long) (1.016 * SECOND));
    }
  }

  /** The instants of a year at rates that no number of nanoseconds divides. */
  @Test
  void the_last_regular_arrival_of_a_year_is_exact() {
    var rate = new Rate(200_001, 2 * SECOND);
    var profile = new ArrivalProfile(rate, Arrivals.REGULAR, null, 31_536_000 * SECOND);
    long arrivals = profile.regularBefore(profile.durationNanos());

    assertThat(rate.nanosUntil(arrivals - 1)).isLessThan(profile.durationNanos());
    assertThat(rate.nanosUntil(arrivals)).isGreaterThanOrEqualTo(profile.durationNanos());
    assertThat(rate.nanosUntil(200_001L * 1_000_000_000)).isEqualTo(2_000_000_000L * SECOND);
  }

  /** Mean and variance of a Poisson count are both λ; here 100, in 1,000 windows. */
  @Test
  void the_counts_of_poisson_arrivals_in_windows_have_mean_and_variance_lambda() {
    int windows = 1_000;
    double lambda = 100;
    var profile = new ArrivalProfile(
        new Rate(1_000, SECOND), Arrivals.POISSON, null, 100 * SECOND);
    for (int seed = 1; seed <= 20; seed++) {
      var counts = new int[windows];
      for (Arrival arrival : arrivals(profile, seed, ALL_LANES)) {
        counts[(int) (arrival.nanos() / (SECOND / 10))]++;
      }
      double mean = Arrays.stream(counts).average().orElse(0);
      double variance = Arrays.stream(counts)
          .mapToDouble(count -> (count - lambda) * (count - lambda))
          .sum() / windows;

      // The fourth central moment of the law is λ + 3λ²; five standard deviations either way.
      double sdOfMean = Math.sqrt(lambda / windows);
      double sdOfVariance = Math.sqrt((lambda + 2 * lambda * lambda) / windows);
      assertThat(mean).as("seed %d", seed)
          .isBetween(lambda - 5 * sdOfMean, lambda + 5 * sdOfMean);
      assertThat(variance).as("seed %d", seed)
          .isBetween(lambda - 5 * sdOfVariance, lambda + 5 * sdOfVariance);
    }
  }

  /** Kolmogorov and Smirnov: √n·D exceeds 2.5 once in 100,000 samples of the right law. */
  @Test
  void the_gaps_between_poisson_arrivals_are_exponential() {
    double meanGap = 1e9 / 1_000;
    var profile = new ArrivalProfile(
        new Rate(1_000, SECOND), Arrivals.POISSON, null, 20 * SECOND);
    for (int seed = 1; seed <= 20; seed++) {
      assertThat(distance(gaps(arrivals(profile, seed, ALL_LANES)), meanGap)).as("seed %d", seed)
          .isLessThan(2.5);
    }
  }

  @Test
  void the_test_of_gaps_tells_regular_arrivals_from_random_ones() {
    var profile = new ArrivalProfile(
        new Rate(1_000, SECOND), Arrivals.REGULAR, null, 20 * SECOND);

    assertThat(distance(gaps(arrivals(profile, 1, ALL_LANES)), 1e6)).isGreaterThan(2.5);
  }

  @Test
  void the_places_of_any_split_add_up_to_the_most_users() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      int most = 1 + random.nextInt(random.nextBoolean() ? 50 : 3 * ArrivalProfile.LANES);
      var profile = new ArrivalProfile(new Rate(1, 1), Arrivals.REGULAR, most, SECOND);

      int places = split(1 + random.nextInt(9), 1 + random.nextInt(4)).stream()
          .mapToInt(profile::places)
          .sum();

      assertThat(places).as("seed %d", seed).isEqualTo(most);
    }
    assertThat(new ArrivalProfile(new Rate(1, 1), Arrivals.REGULAR, null, 1).places(ALL_LANES))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void the_most_arrivals_of_a_share_are_all_when_regular_and_hardly_more_than_all_at_random() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      for (Arrivals kind : Arrivals.values()) {
        var profile = new ArrivalProfile(
            new Rate(1 + random.nextInt(3_000), SECOND), kind, null, 3 * SECOND);
        int workers = 1 + random.nextInt(9);
        Share share = Share.of(random.nextInt(workers), workers, ArrivalProfile.LANES);
        long until = random.nextLong(3 * SECOND);

        long most = profile.mostBefore(until, share);

        long came = arrivals(profile, seed, share.lanes().toArray()).stream()
            .filter(arrival -> arrival.nanos() < until)
            .count();
        double mean = profile.meanBefore(until) / workers;
        assertThat(most).as("seed %d", seed)
            .isBetween(
                came, kind == Arrivals.REGULAR ? came : (long) (mean + 9 * Math.sqrt(mean) + 22));
      }
    }
  }

  /** The lanes of each event loop of each worker, as they are shared out. */
  static List<int[]> split(int workers, int loops) {
    var parts = new ArrayList<int[]>();
    for (int worker = 0; worker < workers; worker++) {
      int[] lanes = Share.of(worker, workers, ArrivalProfile.LANES).lanes().toArray();
      for (int loop = 0; loop < loops; loop++) {
        int index = loop;
        parts.add(
            IntStream.range(0, lanes.length)
                .filter(place -> place % loops == index)
                .map(place -> lanes[place])
                .toArray());
      }
    }
    return parts;
  }

  /** Of some thousand arrivals. */
  private static ArrivalProfile anyProfile(Random random, Arrivals kind) {
    var rate = new Rate(1 + random.nextInt(5_000), 1 + random.nextLong(3 * SECOND));
    long nanos = (long) (rate.perNanos() * (random.nextDouble() * 10_000) / rate.count()) + 1;
    return new ArrivalProfile(rate, kind, null, nanos);
  }

  private static List<Arrival> arrivals(ArrivalProfile profile, long seed, int[] lanes) {
    var all = new ArrayList<Arrival>();
    ArrivalTimes times = profile.times(seed, lanes);
    for (; times.nanos() < Long.MAX_VALUE; times.next()) {
      all.add(new Arrival(times.nanos(), times.lane(), times.index(), times.number()));
    }
    return all;
  }

  /** In order of size. */
  private static double[] gaps(List<Arrival> arrivals) {
    var gaps = new double[arrivals.size()];
    long before = 0;
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = arrivals.get(i).nanos() - before;
      before = arrivals.get(i).nanos();
    }
    Arrays.sort(gaps);
    return gaps;
  }

  /** √n times the greatest distance between what was drawn and 1 − exp(−x/mean). */
  private static double distance(double[] ascending, double mean) {
    double greatest = 0;
    for (int i = 0; i < ascending.length; i++) {
      double law = 1 - Math.exp(-ascending[i] / mean);
      greatest = Math.max(
          greatest,
          Math.max(law - (double) i / ascending.length, (i + 1.0) / ascending.length - law));
    }
    return Math.sqrt(ascending.length) * greatest;
  }
}
