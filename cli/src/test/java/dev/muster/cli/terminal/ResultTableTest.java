package dev.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.Summary.Cost;
import dev.muster.coordinator.report.Summary.Disturbed;
import dev.muster.coordinator.report.Summary.Event;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  @Test
  void a_run_without_disturbance_needs_no_more_than_its_rows() {
    assertThat(ResultTable.of(List.of(run()))).hasSize(5);
  }

  @Test
  void the_parts_of_the_times_stand_below_with_tls_only_where_it_is_spoken() {
    assertThat(ResultTable.of(List.of(run()))).endsWith(
        "  users  connections  lag p50      p99  connect p50      p99  first byte p50  p99  service p50"
            + "      p99",
        "     50            4  2.00 ms  5.00 ms      0.20 ms  0.50 ms               -    -      2.00 ms"
            + "  5.00 ms");

    assertThat(PartsTable.of(List.of(run(stats(4), stats(3))))).containsExactly(
        "  users  connections  lag p50      p99  connect p50      p99  TLS p50      p99  first byte p50"
            + "  p99  service p50      p99",
        "     50            4  2.00 ms  5.00 ms      0.20 ms  0.50 ms  0.20 ms  0.50 ms               -"
            + "    -      2.00 ms  5.00 ms");
  }

  @Test
  void ticks_in_which_the_generator_was_disturbed_are_told_in_one_sentence() {
    assertThat(ResultTable.of(List.of(run(new Disturbed("a", "stall", 4, 4, 312.4, 312.4)))))
        .last()
        .isEqualTo(
            "  tiny_50: the generator was disturbed in 1 tick (stall of a in tick 4, 312 ms), shaded "
                + "in report.html.");
  }

  @Test
  void ticks_that_several_workers_share_count_once_and_the_sentence_stays_short() {
    assertThat(
        ResultTable.of(
            List.of(
                run(
                    new Disturbed("a", "cpu", 4, 6, 990, 2_940),
                    new Disturbed("b", "cpu", 5, 7, 980, 2_900),
                    new Disturbed("b", "gc", 5, 5, 120, 120),
                    new Disturbed("b", "lag", 9, 9, 110, 110)))))
        .last()
        .isEqualTo(
            "  tiny_50: the generator was disturbed in 5 ticks (cpu of a in ticks 4 to 6, 990 ms; cpu of "
                + "b in ticks 5 to 7, 980 ms; gc of b in tick 5, 120 ms; …), shaded in report.html.");
  }

  @Test
  void what_somebody_did_to_a_run_is_told_in_one_sentence() {
    assertThat(
        ResultTable.of(
            List.of(
                run(
                    List.of(
                        new Event(12.04, "scaled to 200 users"), new Event(60, "stopped"))))))
        .last()
        .isEqualTo("  tiny_50: it was scaled to 200 users at 12.0 s, stopped at 60.0 s.");
  }

  @Test
  void what_happened_to_a_run_is_told_in_a_sentence_of_its_own() {
    assertThat(
        ResultTable.of(
            List.of(
                run(
                    List.of(
                        new Event(12, "fleet workers has reached its ceiling of 5.00 USD: its "
                            + "workers leave"),
                        new Event(12.5, "stopped"))))))
        .endsWith(
            "  tiny_50: it was stopped at 12.5 s.",
            "  tiny_50: at 12.0 s fleet workers has reached its ceiling of 5.00 USD: its workers "
                + "leave.");
  }

  @Test
  void what_its_machines_cost_is_told_where_it_is_known() {
    assertThat(ResultTable.of(List.of(run(cost("0.0036125", "0.9", false))))).last()
        .isEqualTo(
            "  tiny_50: its machines cost 0.0036 USD, 0.90 USD per million requests answered.");
    assertThat(ResultTable.of(List.of(run(cost("0.5", null, true))))).last()
        .isEqualTo("  tiny_50: its machines cost at least 0.50 USD; a price is not known.");
  }

  private static Cost cost(String usd, @Nullable String perMillion, boolean incomplete) {
    return new Cost(
        new BigDecimal(usd), perMillion == null ? null : new BigDecimal(perMillion), incomplete);
  }

  private static LatencyStats stats(long count) {
    return new LatencyStats(count, 0.2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
  }

  private static Summary run(Disturbed... disturbances) {
    return run(stats(4), LatencyStats.NONE, disturbances);
  }

  private static Summary run(List<Event> events) {
    return run(stats(4), LatencyStats.NONE, events, null);
  }

  private static Summary run(Cost cost) {
    return run(stats(4), LatencyStats.NONE, List.of(), cost);
  }

  private static Summary run(
      LatencyStats connectTime, LatencyStats tlsTime, Disturbed... disturbances) {
    return run(connectTime, tlsTime, List.of(), null, disturbances);
  }

  private static Summary run(
      LatencyStats connectTime, LatencyStats tlsTime, List<Event> events,
      @Nullable Cost cost, Disturbed... disturbances) {
    var times = new LatencyStats(100, 2, 1, 2, 3, 4, 5, 6, 7);
    return new Summary(
        "tiny_50", 50, null, 1, "http://localhost:10000", "2026-11-23T09:00:00Z", 180,
        new Verdict(Verdict.State.VALID, List.of()), new Summary.Expected(100, 3),
        new Ledger(100, 100, 0, 0, 0), 0, times, times, times,
        connectTime, tlsTime, LatencyStats.NONE, 7, List.of(), List.of(), List.of(),
        List.of(disturbances), events, cost);
  }
}
