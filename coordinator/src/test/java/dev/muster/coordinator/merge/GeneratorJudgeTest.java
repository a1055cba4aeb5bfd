package dev.muster.coordinator.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.Disturbance.Cause;
import dev.muster.coordinator.merge.Verdict.State;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What disturbances of workers mean for a run's verdict. */
class GeneratorJudgeTest {

  @Test
  void one_hiccup_in_a_long_run_leaves_it_valid() {
    assertThat(judge(worker("a", 180, stall(4, 4, 300)), worker("b", 180)))
        .isEqualTo(new Verdict(State.VALID, List.of()));
  }

  @Test
  void one_hiccup_in_a_short_run_shows_and_degrades_it() {
    assertThat(judge(worker("a", 10, stall(4, 4, 300)), worker("b", 10))).isEqualTo(
        new Verdict(
            State.DEGRADED,
            List.of(
                "The generator stood still: a in 1 of 10 ticks (4), for 300 ms at the longest. "
                    + "Answers that came meanwhile were read late. See what else its machine had to "
                    + "do.")));
  }

  @Test
  void standing_still_for_a_twentieth_of_the_run_makes_it_invalid_unless_it_was_a_hiccup() {
    var often = worker("a", 60, stall(1, 2, 900), stall(7, 7, 1_000), stall(20, 20, 500));

    assertThat(judge(often)).isEqualTo(
        new Verdict(
            State.INVALID,
            List.of(
                "The generator stood still: a in 4 of 60 ticks (1 to 2, 7, 20), for 1000 ms at the "
                    + "longest. Answers that came meanwhile were read late. See what else its machine "
                    + "had to do.")));
    assertThat(judge(worker("a", 6, stall(1, 1, 900))).state()).isEqualTo(State.DEGRADED);
  }

  @Test
  void pauses_for_garbage_count_as_standing_still_and_have_a_cure_of_their_own() {
    assertThat(
        judge(
            worker("a", 10, new Disturbance("a", Cause.GC, 4, 4, 212, 212)),
            worker("b", 10, new Disturbance("b", Cause.GC, 4, 5, 150, 250)),
            worker("c", 10, new Disturbance("c", Cause.GC, 9, 9, 110, 110))).reasons())
        .containsExactly(
            "The generator stood still to collect garbage: b in 2 of 10 ticks (4 to 5) and 2 others, "
                + "for 212 ms at the longest. Give each worker more memory, such as with "
                + "MUSTER_JAVA_OPTS=-Xmx2g.");
  }

  @Test
  void an_event_loop_at_its_limit_degrades_and_then_spoils_the_run() {
    assertThat(judge(worker("a", 60, busy(1, 2))).state()).isEqualTo(State.VALID);
    assertThat(judge(worker("a", 60, busy(56, 59)))).isEqualTo(
        new Verdict(
            State.DEGRADED,
            List.of(
                "The generator was at its limit for a while: an event loop wanted a whole core on a in "
                    + "4 of 60 ticks (56 to 59). Use more workers, on more cores, or less load on "
                    + "each.")));
    assertThat(judge(worker("a", 60, busy(10, 22))).state()).isEqualTo(State.INVALID);
    assertThat(judge(worker("a", 60, busy(10, 22))).reasons()).containsExactly(
        "The generator was the limit: an event loop wanted a whole core on a in 13 of 60 ticks "
            + "(10 to 22). Use more workers, on more cores, or less load on each.");
  }

  @Test
  void a_start_that_keeps_a_core_busy_is_not_judged_however_short_the_run() {
    assertThat(judge(worker("a", 3, busy(0, 1))).state()).isEqualTo(State.VALID);
  }

  @Test
  void a_worker_counts_with_its_part_of_the_requests() {
    var small = new GeneratorEvidence("small", 100, 60, false, 0, List.of(busy(0, 59)));
    var large = new GeneratorEvidence("large", 9_900, 60, false, 0, List.of());

    assertThat(judge(small, large).state()).isEqualTo(State.VALID);
    assertThat(judge(small).state()).isEqualTo(State.INVALID);
  }

  @Test
  void stolen_time_degrades_when_it_lasts_and_never_more() {
    var stolen = new Disturbance("a", Cause.STEAL, 0, 29, 412, 6_000);

    assertThat(judge(worker("a", 30, stolen))).isEqualTo(
        new Verdict(
            State.DEGRADED,
            List.of(
                "Other machines took CPU time away from the generator's: a in 30 of 30 ticks "
                    + "(0 to 29), 412 ms of a second at the most. Use a machine that has its cores to "
                    + "itself.")));
    assertThat(
        judge(worker("a", 180, new Disturbance("a", Cause.STEAL, 5, 9, 150, 600))).state())
        .isEqualTo(State.VALID);
  }

  @Test
  void where_others_kept_its_machine_busy_that_is_what_to_change() {
    var crowded = new GeneratorEvidence("a", 100, 10, true, 0,
        List.of(stall(4, 4, 300), busy(4, 9)));

    assertThat(judge(crowded).reasons()).hasSize(2)
        .allMatch(
            reason -> reason.endsWith(
                "The machine of a was busy with other processes: let nothing else run on it, or use "
                    + "more cores."));
  }

  @Test
  void lateness_that_does_not_stand_still_is_left_to_the_lag_of_the_whole_run() {
    assertThat(
        judge(worker("a", 10, new Disturbance("a", Cause.LAG, 0, 9, 300, 3_000))).state())
        .isEqualTo(State.VALID);
  }

  @Test
  void more_spans_than_anyone_reads_are_cut_short() {
    assertThat(
        judge(
            worker(
                "a", 20, stall(1, 1, 200), stall(3, 3, 200), stall(5, 5, 200), stall(7, 7, 200),
                stall(9, 9, 200)))
            .reasons()
            .getFirst())
        .contains("a in 5 of 20 ticks (1, 3, 5, 7, …), for 200 ms");
  }

  private static Disturbance stall(long first, long last, double ms) {
    return new Disturbance("a", Cause.STALL, first, last, ms, ms * (last - first + 1));
  }

  private static Disturbance busy(long first, long last) {
    return new Disturbance("a", Cause.CPU, first, last, 990, 990 * (last - first + 1));
  }

  private static GeneratorEvidence worker(String name, long ticks, Disturbance... disturbances) {
    return new GeneratorEvidence(name, 500, ticks, false, 0, List.of(disturbances));
  }

  private static Verdict judge(GeneratorEvidence... workers) {
    return Judge.judge(
        new Judge.Evidence(
            new Ledger(1_000, 1_000, 0, 0, 0), new LatencyStats(1, 0, 0, 0, 0, 0, 1, 0, 0), 0,
            0, 0, 1_000, 10, () -> 1_000, List.of(), List.of(), -1, Arrays.asList(workers)));
  }
}
