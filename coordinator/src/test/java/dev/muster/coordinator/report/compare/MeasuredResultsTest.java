package dev.muster.coordinator.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredResultsTest {

  @TempDir
  Path folder = Path.of("");

  private final List<String> problems = new ArrayList<>();

  @Test
  void a_results_folder_is_one_experiment_of_all_its_runs() {
    new SampleRun("shop", 100, 20).writeTo(folder);
    new SampleRun("shop", 50, 10).writeTo(folder);

    List<ComparedExperiment> experiments = read(folder);

    assertThat(experiments).extracting(ComparedExperiment::name).containsExactly("shop");
    assertThat(experiments.getFirst().runs()).extracting(run -> run.size().users())
        .containsExactly(50, 100);
    assertThat(experiments.getFirst().runs().getFirst().figures()).containsOnly(
        entry(Measure.REQUESTS, 100.0), entry(Measure.FAILURES, 3.0), entry(Measure.MEDIAN, 10.0),
        entry(Measure.MEAN, 11.0), entry(Measure.P95, 15.0),
        entry(Measure.REQUESTS_PER_SECOND, 7.143));
    assertThat(problems).isEmpty();
  }

  @Test
  void runs_named_one_by_one_are_the_experiment_that_their_folder_holds() {
    Path first = new SampleRun("shop", 50, 10).writeTo(folder);
    Path second = new SampleRun("shop", 100, 20).writeTo(folder);

    assertThat(read(first, second)).isEqualTo(read(folder));
    assertThat(read(folder, first)).isEqualTo(read(folder));
  }

  @Test
  void a_run_in_which_nothing_ended_has_no_times() {
    new SampleRun("shop", 50, 0).writeTo(folder);

    assertThat(read(folder).getFirst().runs().getFirst().figures()).containsOnlyKeys(
        Measure.REQUESTS, Measure.FAILURES, Measure.REQUESTS_PER_SECOND);
  }

  @Test
  void experiments_of_one_plan_are_told_apart_by_their_folders() {
    new SampleRun("shop", 50, 10).writeTo(folder.resolve("before"));
    new SampleRun("shop", 50, 20).writeTo(folder.resolve("after"));
    new SampleRun("bank", 50, 20).writeTo(folder.resolve("after"));

    assertThat(read(folder.resolve("before"), folder.resolve("after")))
        .extracting(ComparedExperiment::name, ComparedExperiment::plan)
        .containsExactly(
            tuple("shop (before)", "shop"),
            tuple("bank", "bank"),
            tuple("shop (after)", "shop"));
  }

  @Test
  void folders_of_one_name_are_told_apart_by_their_paths() throws IOException {
    Path monday = folder.resolve("monday/shop");
    Path tuesday = folder.resolve("tuesday/shop");
    new SampleRun("shop", 50, 10).writeTo(monday);
    new SampleRun("shop", 50, 20).writeTo(tuesday);

    assertThat(read(monday, tuesday)).extracting(ComparedExperiment::name)
        .containsExactly(
            "shop (" + monday.toRealPath() + ")", "shop (" + tuesday.toRealPath() + ")");
  }

  @Test
  void a_folder_that_is_none_or_holds_nothing_is_named() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    new SampleRun("shop", 50, 10).writeTo(folder.resolve("all/first"));

    read(folder.resolve("none"), file, empty, folder.resolve("all"));

    assertThat(problems).hasSize(4);
    assertThat(problems.get(0)).startsWith(folder.resolve("none") + " does not exist.");
    assertThat(problems.get(1)).startsWith(file + " is not a folder.");
    assertThat(problems.get(2)).startsWith(empty + " holds no results of a run.")
        .contains("summary.json");
    assertThat(problems.get(3)).contains("name them, such as " + folder.resolve("all/first"));
  }

  @Test
  void every_summary_that_is_none_is_named() throws IOException {
    Path broken = brokenSummary("a", "{\n\"run\": \"shop_50\",");
    Path other = brokenSummary("b", "{}");
    Path lacking = brokenSummary(
        "c", "{\"users\":5,\"run\":\"shop_5\",\"workers\":[],\"series\":[],\"failures\":[]}");
    new SampleRun("shop", 50, 10).writeTo(folder);

    List<ComparedExperiment> experiments = read(folder);

    assertThat(experiments).extracting(ComparedExperiment::name).containsExactly("shop");
    assertThat(problems).hasSize(3);
    assertThat(problems.get(0)).startsWith(broken + " is not the summary of a run (line 2).");
    assertThat(problems.get(1)).startsWith(other + " is not the summary of a run");
    assertThat(problems.get(2)).startsWith(lacking + " is not the summary of a run.")
        .contains("'muster report'");
  }

  private Path brokenSummary(String run, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve(run)).resolve("summary.json");
    return Files.writeString(file, text);
  }

  @Test
  void two_runs_with_as_many_users_are_not_made_one() throws IOException {
    Path run = new SampleRun("shop", 50, 10).writeTo(folder);
    Path copy = Files.createDirectory(folder.resolve("shop_50_again"));
    Files.copy(run.resolve("summary.json"), copy.resolve("summary.json"));

    read(folder);

    assertThat(problems).containsExactly(
        run + " and " + copy
            + " are both runs of shop with 50 users; percentiles are not averaged, "
            + "so name one of them.");
  }

  @Test
  void runs_of_arrivals_are_one_experiment_by_rate() {
    SampleRun.perSecond("open", "1000", 20).writeTo(folder);
    SampleRun.perSecond("open", "0.5", 10).writeTo(folder);

    List<ComparedExperiment> experiments = read(folder);

    assertThat(experiments).extracting(ComparedExperiment::name).containsExactly("open");
    assertThat(experiments.getFirst().runs()).extracting(run -> run.size().text())
        .containsExactly("0.5", "1000");
    assertThat(problems).isEmpty();
  }

  private List<ComparedExperiment> read(Path... folders) {
    return MeasuredResults.read(List.of(folders), problems::add);
  }
}
