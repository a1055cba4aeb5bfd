package dev.muster.coordinator.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is shown and written of a comparison: each run's own figures, and no others. */
class ComparisonTest {

  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>";
  private static final Verdict LATE = new Verdict(
      Verdict.State.INVALID, List.of("1 % of the requests left 120 ms late."));

  @Test
  void what_an_experiment_has_no_run_of_is_said() {
    var comparison = new Comparison(
        List.of(experiment("a", 50, 100, 1500), experiment("b", 100), experiment("c", 50, 100,
            1500)));

    assertThat(comparison.sizes()).extracting(LoadSize::users).containsExactly(50, 100, 1500);
    assertThat(comparison.axis()).isEqualTo("users");
    assertThat(comparison.gaps()).containsExactly(
        "b has no run of 50, 1,500 users: a gap, not a result.");
  }

  @Test
  void its_csv_has_a_row_for_each_run_and_nothing_where_nothing_is_known() {
    var doubtful = ComparedRun.of(new SampleRun("b", new LoadSize.Users(50), 0, LATE).summary());
    var told = new ComparedRun(new LoadSize.Users(50), Map.of(Measure.MEDIAN, 27.0), null);
    var comparison = new Comparison(
        List.of(
            experiment("a", 50, 100),
            new ComparedExperiment("b, again", "b", false, List.of(doubtful)),
            new ComparedExperiment("a (published)", "a", true, List.of(told))));

    assertThat(CompareCsv.text(comparison)).isEqualTo("""
        name,users,requests,failures,median,mean,p95,rps,verdict
        a,50,100,3,10,11,15,7.143,VALID
        a,100,100,3,10,11,15,14.286,VALID
        "b, again",50,100,3,,,,7.143,INVALID
        a (published),50,,,27,,,,
        """);
  }

  @Test
  void its_page_holds_the_figures_of_each_run() {
    var told = new ComparedRun(new LoadSize.Users(50), Map.of(Measure.MEDIAN, 27.0), null);
    JsonNode data = data(
        ComparePage.text(
            new Comparison(
                List.of(
                    experiment("a", 50, 100),
                    new ComparedExperiment("a (published)", "a", true, List.of(told))))));

    assertThat(data.at("/sizes").toString()).isEqualTo("[50,100]");
    assertThat(data.at("/measures").findValuesAsString("key"))
        .containsExactly("requests", "failures", "median", "mean", "p95", "rps");
    assertThat(data.at("/experiments/0/runs/1/figures").toString()).isEqualTo(
        "{\"requests\":100,\"failures\":3,\"median\":10,\"mean\":11,\"p95\":15,\"rps\":14.286}");
    assertThat(data.at("/experiments/0/runs/0/verdict/state").asString()).isEqualTo("VALID");
    assertThat(data.at("/experiments/1/published").asBoolean()).isTrue();
    assertThat(data.at("/experiments/1/runs/0/figures").toString()).isEqualTo("{\"median\":27}");
    assertThat(data.at("/experiments/1/runs/0/verdict").isNull()).isTrue();
    assertThat(data.at("/gaps/0").asString()).startsWith("a (published) has no run of 100 users");
  }

  @Test
  void runs_of_arrivals_are_placed_by_their_rate_and_miss_no_users() {
    var open = new ComparedExperiment(
        "open", "open", false,
        Stream.of("1000", "0.5")
            .map(rate -> ComparedRun.of(SampleRun.perSecond("open", rate, 10).summary()))
            .toList());
    var half = new ComparedExperiment("half", "half", false, List.of(open.runs().getFirst()));
    var comparison = new Comparison(List.of(open, half, experiment("closed", 50)));

    assertThat(comparison.sizes()).extracting(LoadSize::label)
        .containsExactly("50 users", "0.5/s", "1,000/s");
    assertThat(comparison.axis()).isEqualTo("users, rate");
    assertThat(comparison.gaps())
        .containsExactly("half has no run of 1,000/s: a gap, not a result.");
    assertThat(CompareCsv.text(comparison)).isEqualTo("""
        name,users,rate,requests,failures,median,mean,p95,rps,verdict
        open,,0.5,100,3,10,11,15,0.071,VALID
        open,,1000,100,3,10,11,15,142.857,VALID
        half,,0.5,100,3,10,11,15,0.071,VALID
        closed,50,,100,3,10,11,15,7.143,VALID
        """);
    JsonNode data = data(ComparePage.text(comparison));
    assertThat(data.at("/sizes").toString()).isEqualTo("[0.5,50,1000]");
    assertThat(data.at("/experiments/0/runs").findValuesAsString("label"))
        .containsExactly("0.5/s", "1,000/s");
  }

  @Test
  void what_runs_cost_is_told_where_that_of_one_is_known() {
    var comparison = new Comparison(
        List.of(
            experiment("free", 50),
            new ComparedExperiment(
                "paid", "paid", false,
                List.of(
                    ComparedRun.of(
                        new SampleRun("paid", 50, 10).costing("0.0072252", "3.6125", false)
                            .summary()),
                    ComparedRun.of(
                        new SampleRun("paid", 100, 10).costing("0.02", "5", true).summary())))));

    assertThat(CompareCsv.text(comparison)).isEqualTo("""
        name,users,requests,failures,median,mean,p95,rps,usd,usd_per_million,verdict
        free,50,100,3,10,11,15,7.143,,,VALID
        paid,50,100,3,10,11,15,7.143,0.007225,3.6125,VALID
        paid,100,100,3,10,11,15,14.286,,,VALID
        """);
    JsonNode data = data(ComparePage.text(comparison));
    assertThat(data.at("/measures").findValuesAsString("key"))
        .containsExactly(
            "requests", "failures", "median", "mean", "p95", "rps", "usd", "usd_per_million");
    assertThat(data.at("/experiments/0/runs/0/figures").has("usd")).isFalse();
    assertThat(data.at("/experiments/1/runs/0/figures/usd").asDouble()).isEqualTo(0.007225);
    assertThat(data.at("/experiments/1/runs/1/figures").has("usd")).isFalse();
    assertThat(comparison.gaps()).contains(
        "paid with 100 users cost at least 0.0200 USD, and how much is not known: machines of it have no known "
            + "price.");
  }

  @Test
  void a_run_that_was_changed_while_it_was_on_stands_where_it_was_planned_and_says_so() {
    var changed = new SampleRun("a", 50, 10).after(
        new Summary.Event(12.04, "scaled to 200 users"), new Summary.Event(20, "paused"),
        new Summary.Event(21, "this machine is taken back"));
    var comparison = new Comparison(
        List.of(
            new ComparedExperiment("a", "a", false, List.of(ComparedRun.of(changed.summary())))));

    assertThat(comparison.sizes()).extracting(LoadSize::users).containsExactly(50);
    assertThat(comparison.gaps()).containsExactly(
        "a with 50 users was scaled to 200 users at 12.0 s, paused at 20.0 s: it stands where it was planned, "
            + "and its figures are of all of it.");
    assertThat(data(ComparePage.text(comparison)).at("/gaps/0").asString())
        .startsWith("a with 50 users was scaled");
  }

  @Test
  void its_page_loads_nothing_from_elsewhere_and_makes_no_markup_of_text() {
    String page = ComparePage.text(new Comparison(List.of(experiment(HOSTILE, 50))));

    assertThat(page).doesNotContainPattern("(src|href)\\s*=\\s*[\"']?(https?:)?//")
        .doesNotContainPattern("@import|url\\(|fetch\\(|XMLHttpRequest|import\\(")
        .doesNotContain("{{", "<img", "innerHTML", "outerHTML", "insertAdjacentHTML")
        .contains("default-src 'none'");
    assertThat(page.split("</script>", -1)).hasSize(4);
    assertThat(data(page).at("/experiments/0/name").asString()).isEqualTo(HOSTILE);
  }

  @Test
  void both_files_are_written_whole(@TempDir Path folder) throws IOException {
    var comparison = new Comparison(List.of(experiment("a", 50)));

    ComparePage.write(comparison, folder.resolve("a.html"));
    CompareCsv.write(comparison, folder.resolve("a.csv"));

    assertThat(folder.resolve("a.html")).hasContent(ComparePage.text(comparison));
    assertThat(folder.resolve("a.csv")).hasContent(CompareCsv.text(comparison));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("a.html", "a.csv");
  }

  private static ComparedExperiment experiment(String name, Integer... users) {
    return new ComparedExperiment(
        name, name, false,
        Stream.of(users)
            .map(each -> ComparedRun.of(new SampleRun(name, each, 10).summary()))
            .toList());
  }

  private static JsonNode data(String page) {
    var element = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>")
        .matcher(page);
    assertThat(element.find()).isTrue();
    return JsonMapper.shared().readTree(element.group(1));
  }
}
