package dev.muster.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.Disturbance;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.PhaseTimes;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HtmlReportTest {

  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>";

  @TempDir
  Path folder = Path.of("");

  @Test
  void a_report_loads_nothing_from_elsewhere() throws IOException {
    var html = HtmlReport.of(experiment("three_tier", run("a", TinyRun.ticks())));

    assertThat(html).doesNotContainPattern("(src|href)\\s*=\\s*[\"']?(https?:)?//")
        .doesNotContainPattern("@import|url\\(|fetch\\(|XMLHttpRequest|import\\(")
        .doesNotContain("{{")
        .contains("default-src 'none'");
  }

  @Test
  void what_people_wrote_cannot_leave_the_data() throws IOException {
    var key = new SeriesKey("GET", HOSTILE, Outcome.ANSWERED);
    var tick = new MergedTick(
        0,
        1,
        1,
        0,
        0,
        new TreeMap<>(Map.of(key, TinyRun.times(1, 10_000))),
        Map.of(),
        PhaseTimes.empty());
    var html = HtmlReport.of(
        new ExperimentResult(HOSTILE, HOSTILE + "{{script}}", List.of(run("a", List.of(tick)))));

    assertThat(html).doesNotContain("<img");
    assertThat(html.split("</script>", -1)).hasSize(4);
    assertThat(data(html).get("name").asString()).isEqualTo(HOSTILE);
    assertThat(data(html).get("planText").asString()).isEqualTo(HOSTILE + "{{script}}");
    assertThat(data(html).at("/runs/0/summary/series/0/name").asString()).isEqualTo(HOSTILE);
  }

  @Test
  void its_scripts_never_make_markup_of_text() {
    for (String script : List.of("charts.js", "page.js", "report.js")) {
      assertThat(WebPage.resource(HtmlReport.class, script))
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write");
    }
  }

  @Test
  void a_run_that_sent_nothing_is_drawn_too() throws IOException {
    var data = data(HtmlReport.of(experiment("three_tier", run("nothing", List.of()))));

    assertThat(data.at("/runs/0/ticks/tick")).isEmpty();
    assertThat(data.at("/runs/0/responseTime/ms")).isEmpty();
    assertThat(data.at("/runs/0/summary/responseTime/count").asInt()).isZero();
  }

  @Test
  void seconds_in_which_the_generator_was_disturbed_are_shaded_and_listed() throws IOException {
    var html = HtmlReport.of(experiment("three_tier", run("a", TinyRun.ticks())));

    assertThat(data(html).at("/runs/0/summary/disturbances/0/firstTick").asLong()).isEqualTo(1);
    assertThat(html).contains("disturbed: stretches(summary.disturbances)", "\"Disturbances\"");
    for (Disturbance.Cause cause : Disturbance.Cause.values()) {
      assertThat(WebPage.resource(HtmlReport.class, "report.js"))
          .contains("\n  " + cause.name().toLowerCase(Locale.ROOT) + ": \"");
    }
  }

  @Test
  void what_somebody_did_to_a_run_is_marked_and_listed() throws IOException {
    var html = HtmlReport.of(experiment("three_tier", run("a", TinyRun.ticks())));

    assertThat(data(html).at("/runs/0/summary/events/0/what").asString()).isEqualTo("paused");
    assertThat(html).contains("events: summary.events", "markEvents(plot", "\"Events\"");
  }

  @Test
  void what_the_times_are_made_of_is_told_for_each_run() throws IOException {
    var html = HtmlReport.of(experiment("three_tier", run("a", TinyRun.ticks())));

    assertThat(data(html).at("/runs/0/summary/connectTime/count").asLong()).isEqualTo(2);
    assertThat(data(html).at("/runs/0/summary/tlsTime/count").asLong()).isZero();
    assertThat(data(html).at("/runs/0/summary/timeToFirstByte/count").asLong()).isEqualTo(2);
    assertThat(html).contains(
        "summary.connectTime", "summary.tlsTime", "summary.timeToFirstByte", "summary.serviceTime");
  }

  @Test
  void percentiles_near_the_end_stay_apart() throws IOException {
    var run = new RunResult(
        TinyRun.summary(),
        List.of(),
        List.of(
            new RunResult.PercentilePoint(99.99951171875, 12.345),
            new RunResult.PercentilePoint(100, 13)),
        List.of());
    var curve = data(HtmlReport.of(experiment("fine", run))).at("/runs/0/responseTime");

    assertThat(curve.at("/percentile/0").asDouble()).isEqualTo(99.99951171875);
    assertThat(curve.at("/ms/0").asDouble()).isEqualTo(12.345);
  }

  private RunResult run(String name, List<MergedTick> ticks) throws IOException {
    try (var run = new ResultsFolder(folder)
        .openRun(name, TinyRun.STARTED_AT, CsvFormat.LOCUST_0_14)) {
      ticks.forEach(run::read);
      return run.finish(Summaries.of(TinyRun.facts(name, run.totals()), run.totals()));
    }
  }

  private static ExperimentResult experiment(String name, RunResult... runs) {
    return new ExperimentResult(name, "name: " + name, List.of(runs));
  }

  private static JsonNode data(String html) {
    var element = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>")
        .matcher(html);
    assertThat(element.find()).isTrue();
    return new JsonMapper().readTree(element.group(1));
  }
}
