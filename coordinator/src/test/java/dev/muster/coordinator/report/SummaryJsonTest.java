package dev.muster.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.bill.Cost;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.MergedTick;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryJsonTest {

  @Test
  void what_was_written_is_read_back_but_for_rounding(@TempDir Path folder) throws IOException {
    var file = folder.resolve("summary.json");
    var summary = TinyRun.summary();
    SummaryJson.write(summary, file);
    var read = SummaryJson.read(file);

    assertThat(SummaryJson.text(read)).isEqualTo(SummaryJson.text(summary));
    assertThat(read.responseTime().p99Ms()).isEqualTo(summary.responseTime().p99Ms());
    assertThat(read.series()).hasSize(3);
    assertThat(read.failures())
        .containsExactly(new Summary.Failure("status_503", "/customerdata/{id}", "GET", 1));
    assertThat(folder).isDirectoryContaining("glob:**/summary.json")
        .isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void numbers_are_plain_decimals_and_fields_keep_their_order() {
    assertThat(SummaryJson.text(TinyRun.summary())).startsWith("""
        {
          "run" : "tiny",
          "users" : 2,
          "seed" : 7,
          "target" : "http://localhost:10000",
          "startedAt" : "2026-08-22T10:00:00.250Z",
          "durationSeconds" : 3,
          "verdict" : {
            "state" : "VALID",
            "reasons" : [ ]
          },
          "expected" : {
            "requests" : 5.012,
            "sd" : 0.5
          },
          "ledger" : {
            "sent" : 5,
            "answered" : 4,
            "failed" : 1,
            "inFlight" : 0,
            "lost" : 0
          },
          "dropped" : 0,
          "responseTime" : {
            "count" : 5,
        """).contains("\"requestsPerSecond\" : 1.667,");
  }

  @Test
  void a_run_of_arrivals_has_a_rate_and_no_users() {
    var open = TinyRun.open();
    String text = SummaryJson.text(open);

    assertThat(text).startsWith("""
        {
          "run" : "open_2.5",
          "rate" : 2.5,
          "seed" : 7,
        """).contains("\"dropped\" : 3,");
    assertThat(SummaryJson.parse(text).size()).isEqualTo(open.size());
    assertThat(SummaryJson.parse(text).dropped()).isEqualTo(3);
  }

  @Test
  void a_summary_that_was_written_before_there_were_arrivals_is_read() {
    String text = SummaryJson.text(TinyRun.summary());
    String before = text.replace("  \"dropped\" : 0,\n", "");

    assertThat(before).isNotEqualTo(text);
    assertThat(SummaryJson.parse(before)).isEqualTo(SummaryJson.parse(text));
  }

  @Test
  void an_empty_run_is_all_zeros() {
    var totals = TinyRun.totals(List.<MergedTick>of());
    var summary = Summaries.of(TinyRun.facts("empty", totals), totals);

    assertThat(summary.requestsPerSecond()).isZero();
    assertThat(SummaryJson.text(summary)).contains("\"count\" : 0").contains("\"series\" : [ ]");
  }

  @Test
  void ticks_in_which_a_worker_was_disturbed_are_listed_and_what_somebody_did() {
    assertThat(SummaryJson.text(TinyRun.summary())).endsWith("""
          "disturbances" : [ {
            "worker" : "a",
            "cause" : "stall",
            "firstTick" : 1,
            "lastTick" : 2,
            "longestMs" : 300,
            "totalMs" : 412.346
          } ],
          "events" : [ {
            "second" : 1.5,
            "what" : "paused"
          }, {
            "second" : 2.25,
            "what" : "resumed"
          } ]
        }
        """);
  }

  @Test
  void what_its_machines_cost_stands_at_the_end_where_it_is_known() {
    Cost cost = new Cost(new BigDecimal("0.0036125"), true);
    Summary summary = Summaries.of(
        TinyRun.facts("tiny", TinyRun.totals(TinyRun.ticks()), Optional.of(cost)),
        TinyRun.totals(TinyRun.ticks()));
    var nothing = TinyRun.totals(List.<MergedTick>of());
    Summary empty = Summaries.of(
        TinyRun.facts("empty", nothing, Optional.of(Cost.NONE)), nothing);

    assertThat(SummaryJson.text(summary)).endsWith("""
          } ],
          "cost" : {
            "usd" : 0.003613,
            "usdPerMillionAnswered" : 903.125,
            "incomplete" : true
          }
        }
        """);
    assertThat(SummaryJson.parse(SummaryJson.text(summary)).cost()).isEqualTo(summary.cost());
    assertThat(SummaryJson.text(empty)).endsWith("""
          "cost" : {
            "usd" : 0,
            "usdPerMillionAnswered" : null,
            "incomplete" : false
          }
        }
        """);
    assertThat(SummaryJson.parse(SummaryJson.text(empty)).cost()).isEqualTo(empty.cost());
    assertThat(SummaryJson.text(TinyRun.summary())).doesNotContain("cost");
  }

  @Test
  void a_summary_of_an_earlier_version_is_read_without_what_it_does_not_have() {
    String text = SummaryJson.text(TinyRun.summary());
    String earlier = text.substring(0, text.lastIndexOf(",\n  \"disturbances\"")) + "}";
    for (String time : List.of("connectTime", "tlsTime", "timeToFirstByte")) {
      earlier = earlier.replaceFirst("  \"" + time + "\" : \\{[^}]*},\n", "");
      assertThat(earlier).doesNotContain(time);
    }

    assertThat(SummaryJson.parse(earlier).disturbances()).isEmpty();
    assertThat(SummaryJson.parse(earlier).events()).isEmpty();
    assertThat(SummaryJson.parse(earlier).connectTime()).isEqualTo(LatencyStats.NONE);
    assertThat(SummaryJson.parse(earlier).tlsTime()).isEqualTo(LatencyStats.NONE);
    assertThat(SummaryJson.parse(earlier).timeToFirstByte()).isEqualTo(LatencyStats.NONE);
    assertThat(SummaryJson.parse(earlier).ledger()).isEqualTo(TinyRun.summary().ledger());
  }
}
