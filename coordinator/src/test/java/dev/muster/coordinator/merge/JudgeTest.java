package dev.muster.coordinator.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.Verdict.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {

  private static final Ledger LEDGER = new Ledger(1_000, 1_000, 0, 0, 0);

  @Test
  void what_was_planned_and_sent_on_time_is_valid() {
    assertThat(judge(LEDGER, 20, 0, 1_000, 10, -1))
        .isEqualTo(new Verdict(State.VALID, List.of()));
  }

  @Test
  void a_ledger_that_does_not_balance_is_invalid() {
    assertThat(judge(new Ledger(1_000, 900, 50, 20, 10), 0, 0, 1_000, 10, -1)).isEqualTo(
        new Verdict(
            State.INVALID,
            List.of(
                "The ledger does not balance: 1000 sent, but 900 answered, 50 failed, 20 in flight "
                    + "and 10 lost.")));
  }

  @Test
  void a_run_in_which_nothing_was_sent_is_invalid() {
    assertThat(judge(Ledger.EMPTY, 0, 0, 0, 0, -1))
        .isEqualTo(new Verdict(State.INVALID, List.of("Nothing was sent.")));
  }

  @Test
  void a_generator_that_was_late_degrades_and_then_spoils_the_result() {
    String late = "The generator was late: 1 % of the requests left 21 ms or more after they were "
        + "due. Use more workers or less load on each.";

    assertThat(judge(LEDGER, 21, 0, 1_000, 10, -1))
        .isEqualTo(new Verdict(State.DEGRADED, List.of(late)));
    assertThat(judge(LEDGER, 100, 0, 1_000, 10, -1).state()).isEqualTo(State.DEGRADED);
    assertThat(judge(LEDGER, 101, 0, 1_000, 10, -1).state()).isEqualTo(State.INVALID);
  }

  @Test
  void a_generator_that_was_late_beside_others_is_told_to_be_left_alone() {
    var crowded = new GeneratorEvidence("a", 1_000, 10, true, 0, List.of());
    var evidence = new Judge.Evidence(
        LEDGER, new LatencyStats(1, 0, 0, 0, 0, 0, 21, 0, 0), 0, 0, 0, 1_000, 10,
        JudgeTest::unasked, List.of(), List.of(), -1, List.of(crowded));

    assertThat(Judge.judge(evidence).reasons()).containsExactly(
        "The generator was late: 1 % of the requests left 21 ms or more after they were due. The "
            + "machine of a was busy with other processes: let nothing else run on it, or use more "
            + "cores.");
  }

  @Test
  void a_worker_that_was_held_back_by_its_own_limit_is_told_of() {
    var limited = new GeneratorEvidence("a", 1_000, 10, true, 40, List.of());
    var more = new GeneratorEvidence("b", 1_000, 10, false, 60, List.of());
    String reason = "The --max-rate of b and 1 other held back 100 requests, which left late or not at "
        + "all. Start it with a higher one, use more workers, or plan less load.";

    assertThat(Judge.judge(withLag(0, limited, more)))
        .isEqualTo(new Verdict(State.DEGRADED, List.of(reason)));
    assertThat(Judge.judge(withLag(101, limited, more))).isEqualTo(
        new Verdict(
            State.INVALID,
            List.of(
                "The generator was late: 1 % of the requests left 101 ms or more after they were "
                    + "due. Its limit was the reason.",
                reason)));
  }

  private static Judge.Evidence withLag(double p99Ms, GeneratorEvidence... generators) {
    return new Judge.Evidence(
        LEDGER, new LatencyStats(1, 0, 0, 0, 0, 0, p99Ms, 0, 0), 0, 0, 0, 1_000, 10,
        JudgeTest::unasked, List.of(), List.of(), -1, List.of(generators));
  }

  @Test
  void requests_without_a_port_make_it_invalid() {
    assertThat(judge(LEDGER, 0, 12, 1_000, 10, -1).reasons()).containsExactly(
        "12 requests found no free port or descriptor on the generator's machine. Raise its limits "
            + "or use more machines.");
  }

  @Test
  void arrivals_that_were_dropped_degrade_the_result_and_more_than_a_hundredth_spoils_it() {
    String dropped = " of about 1000 arrivals were dropped, as max-users was reached. Raise it, or "
        + "lower the rate.";

    assertThat(dropped(1)).isEqualTo(new Verdict(State.DEGRADED, List.of(1 + dropped)));
    assertThat(dropped(10)).isEqualTo(new Verdict(State.DEGRADED, List.of(10 + dropped)));
    assertThat(dropped(11)).isEqualTo(new Verdict(State.INVALID, List.of(11 + dropped)));
  }

  @Test
  void lost_workers_degrade_it_and_their_requests_are_told_once() {
    var ledger = new Ledger(1_000, 960, 0, 0, 40);

    assertThat(judge(ledger, 0, 0, 1_000, 10, -1, "a")).isEqualTo(
        new Verdict(
            State.DEGRADED,
            List.of("Worker a was lost; the fate of up to 40 requests is unknown.")));
    assertThat(judge(ledger, 0, 0, 1_000, 10, -1, "a", "b", "c").reasons()).containsExactly(
        "Workers a, b and c were lost; the fate of up to 40 requests is unknown.");
  }

  @Test
  void a_stop_degrades_it_and_then_the_number_of_requests_is_not_judged() {
    assertThat(judge(LEDGER, 0, 0, 9_000, 10, 61.4))
        .isEqualTo(new Verdict(State.DEGRADED, List.of("It was stopped after 61 s.")));
    assertThat(judge(LEDGER, 0, 0, 1_000, 10, 0).reasons())
        .containsExactly("It was stopped after 0 s.");
  }

  @Test
  void a_number_of_requests_that_chance_does_not_explain_degrades_it() {
    assertThat(judge(LEDGER, 0, 0, 1_055, 10, -1).state()).isEqualTo(State.VALID);
    assertThat(judge(LEDGER, 0, 0, 1_060, 10, -1)).isEqualTo(
        new Verdict(
            State.DEGRADED,
            List.of("1000 requests were sent where 1060 ± 10 were to be expected.")));
  }

  @Test
  void a_number_that_the_lag_explains_is_no_further_reason() {
    assertThat(late(990, 990).state()).isEqualTo(State.VALID);
    assertThat(late(980, 990).reasons()).containsExactly(
        "980 requests were sent where 1000 ± 0 were to be expected.");
    assertThat(late(1_006, 990).state()).isEqualTo(State.DEGRADED);
  }

  @Test
  void the_number_is_not_judged_where_requests_failed_or_nothing_can_be_expected() {
    assertThat(judge(new Ledger(1_000, 990, 10, 0, 0), 0, 0, 9_000, 10, -1).state())
        .isEqualTo(State.VALID);
    assertThat(judge(LEDGER, 0, 0, Double.POSITIVE_INFINITY, 0, -1).state())
        .isEqualTo(State.VALID);
  }

  @Test
  void what_the_lag_explains_is_asked_only_where_too_few_were_sent() {
    for (long sent : new long[]{995, 1_000, 1_006}) {
      var evidence = new Judge.Evidence(
          new Ledger(sent, sent, 0, 0, 0), new LatencyStats(1, 1, 0, 0, 0, 0, 1, 0, 0), 0, 0, 0,
          1_000, 0, JudgeTest::unasked, List.of(), List.of(), -1, List.of());

      assertThat(Judge.judge(evidence).state()).as(sent + " sent")
          .isEqualTo(sent > 1_005 ? State.DEGRADED : State.VALID);
    }
  }

  private static double unasked() {
    throw new AssertionError("nobody needs to know");
  }

  /** Of a thousand planned; those that were not sent for it are no further reason. */
  private static Verdict dropped(long arrivals) {
    long sent = 1_000 - arrivals;
    return Judge.judge(
        new Judge.Evidence(
            new Ledger(sent, sent, 0, 0, 0), new LatencyStats(1, 0, 0, 0, 0, 0, 0, 0, 0), 0,
            arrivals, 1_000, 1_000, 0, JudgeTest::unasked, List.of(), List.of(), -1, List.of()));
  }

  /** Of a thousand that were to be expected, or as many as {@code expected} with the lag. */
  private static Verdict late(long sent, double expected) {
    return Judge.judge(
        new Judge.Evidence(
            new Ledger(sent, sent, 0, 0, 0), new LatencyStats(1, 1, 0, 0, 0, 0, 1, 0, 0), 0,
            0, 0, 1_000, 0, () -> expected, List.of(), List.of(), -1, List.of()));
  }

  @Test
  void a_worker_that_was_out_of_touch_for_a_while_degrades_a_run() {
    var absence = new Disturbance("w1", Disturbance.Cause.ABSENT, 4, 9, 6_000, 6_000);

    Verdict verdict = Judge.judge(
        new Judge.Evidence(
            LEDGER, new LatencyStats(1, 0, 0, 0, 0, 0, 0, 0, 0), 0, 0, 0, 1_000, 10,
            JudgeTest::unasked, List.of(), List.of(absence), -1, List.of()));

    assertThat(verdict.state()).isEqualTo(State.DEGRADED);
    assertThat(verdict.reasons()).containsExactly(
        "Worker w1 was out of touch from second 4 to 10: meanwhile its load was nobody's, and then may "
            + "have been sent twice.");
  }

  private static Verdict judge(
      Ledger ledger,
      double lagP99Ms,
      long noSocket,
      double expected,
      double sd,
      double stoppedAfter,
      String... lost) {
    return Judge.judge(
        new Judge.Evidence(
            ledger, new LatencyStats(1, 0, 0, 0, 0, 0, lagP99Ms, 0, 0), noSocket, 0, 0, expected,
            sd, () -> expected,
            List.of(lost), List.of(), stoppedAfter, List.of()));
  }
}
