package dev.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.compare.ComparedExperiment;
import dev.muster.coordinator.report.compare.ComparedRun;
import dev.muster.coordinator.report.compare.Comparison;
import dev.muster.coordinator.report.compare.Measure;
import dev.muster.plan.load.LoadSize;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompareTableTest {

  private static final Verdict VALID = new Verdict(Verdict.State.VALID, List.of());
  private static final Verdict LATE = new Verdict(
      Verdict.State.INVALID, List.of("It was late.", "Very late."));
  private static final Verdict LOST = new Verdict(
      Verdict.State.DEGRADED, List.of("Worker b was lost."));

  @Test
  void two_experiments_stand_in_one_table_of_120_columns() {
    var comparison = new Comparison(
        List.of(
            experiment("one", run(50, 27, VALID), run(1500, 1100, LATE)),
            experiment("two", run(50, 0.83, VALID), run(1500, 14, VALID))));

    assertThat(CompareTable.of(comparison, 120)).containsExactly(
        "         one ────────────────────────────────────────────────────  "
            + "two ──────────────────────────────────────────────",
        "  users  requests   failed    median      mean       p95   req/s   "
            + "requests  failed   median     mean      p95  req/s",
        "     50       500        2   27.0 ms   28.0 ms   32.0 ms     7.1   "
            + "     500       2  0.83 ms  1.83 ms  5.83 ms    7.1",
        "  1,500    15,000!       2!   1.10 s!   1.10 s!   1.11 s!  214.3!  "
            + "  15,000       2  14.0 ms  15.0 ms  19.0 ms  214.3",
        "",
        "  ! one with 1,500 users is INVALID: It was late. Very late.");
  }

  @Test
  void where_that_is_too_wide_each_measure_has_a_table() {
    var comparison = new Comparison(
        List.of(
            experiment("one", run(50, 27, VALID), run(100, 27, LOST)),
            experiment("two", run(50, 14, VALID)),
            published("one", 50, 28)));

    assertThat(String.join("\n", CompareTable.of(comparison, 60)))
        .startsWith("""
            requests
              users    one   two
                 50    500   500
                100  1,000~    -

            failures
              users  one   two
                 50    2     2
                100    2~    -

            median response time
                                                one
              users      one       two  (published)
                 50  27.0 ms   14.0 ms      28.0 ms
                100  27.0 ms~        -            -

            mean response time
            """);
    assertThat(CompareTable.of(comparison, 60)).endsWith(
        "",
        "  ~ one with 100 users is DEGRADED: Worker b was lost.",
        "  two has no run of 100 users: a gap, not a result.",
        "  one (published) has no run of 100 users: a gap, not a result.");
  }

  @Test
  void runs_of_arrivals_stand_in_rows_of_their_rates() {
    var open = new ComparedRun(
        new LoadSize.ArrivalRate(BigDecimal.valueOf(5_000)), Map.of(Measure.MEDIAN, 27.0), VALID);

    assertThat(
        CompareTable.of(new Comparison(List.of(experiment("open", open))), 120))
        .containsExactly("           open ──", "     rate   median", "  5,000/s  27.0 ms");
  }

  @Test
  void what_a_run_cost_stands_beside_its_other_figures() {
    var paid = new ComparedRun(
        new LoadSize.Users(50),
        Map.of(Measure.MEDIAN, 27.0, Measure.COST, 0.0072252, Measure.COST_PER_MILLION, 3.6125),
        VALID);

    assertThat(
        CompareTable.of(new Comparison(List.of(experiment("paid", paid))), 120))
        .containsExactly(
            "         paid ───────────────────────────",
            "  users   median        cost  per million",
            "     50  27.0 ms  0.0072 USD     3.61 USD");
  }

  @Test
  void experiments_that_cost_nothing_have_no_place_for_it() {
    var paid = new ComparedRun(
        new LoadSize.Users(50), Map.of(Measure.MEDIAN, 27.0, Measure.COST, 12.5), VALID);

    assertThat(
        CompareTable.of(
            new Comparison(List.of(experiment("paid", paid), published("paid", 50, 28))), 40))
        .endsWith("cost", "  users       paid", "     50  12.50 USD");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 120, 200})
  void no_table_is_wider_than_the_terminal(int width) {
    var comparison = new Comparison(
        Stream.of("three_tier", "memcached", "load_balanced", "lambda")
            .flatMap(
                name -> Stream.of(
                    experiment(name, run(50, 27, VALID), run(1500, 1100, VALID)),
                    published(name, 50, 28), published(name + "_2", 1500, 28)))
            .toList());

    List<String> lines = CompareTable.of(comparison, width);

    assertThat(lines.stream().takeWhile(line -> !line.contains("has no run of")))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    for (ComparedExperiment experiment : comparison.experiments()) {
      String last = experiment.name().replaceFirst(".* ", "");
      assertThat(lines).anyMatch(line -> line.contains(last));
    }
  }

  @Test
  void a_name_wider_than_its_columns_gets_a_table_for_each_measure() {
    var wide = new Comparison(List.of(published("a".repeat(30), 50, 28)));

    assertThat(CompareTable.of(wide, 120)).startsWith("median response time");
  }

  private static ComparedExperiment experiment(String name, ComparedRun... runs) {
    return new ComparedExperiment(name, name, false, List.of(runs));
  }

  private static ComparedExperiment published(String name, int users, double medianMs) {
    return new ComparedExperiment(
        name + " (published)", name, true,
        List.of(
            new ComparedRun(new LoadSize.Users(users), Map.of(Measure.MEDIAN, medianMs), null)));
  }

  private static ComparedRun run(int users, double medianMs, Verdict verdict) {
    return new ComparedRun(
        new LoadSize.Users(users),
        Map.of(
            Measure.REQUESTS, users * 10.0, Measure.FAILURES, 2.0, Measure.MEDIAN, medianMs,
            Measure.MEAN, medianMs + 1, Measure.P95, medianMs + 5, Measure.REQUESTS_PER_SECOND,
            users / 7.0),
        verdict);
  }
}
