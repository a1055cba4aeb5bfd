package dev.muster.coordinator.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedTableTest {

  /** Tests run in the module's folder, the documents lie beside it. */
  private static final Path SHIPPED = Path.of("..", "docs", "published.csv");

  @TempDir
  Path folder = Path.of("");

  private final List<String> problems = new ArrayList<>();

  @Test
  void the_figures_that_are_shipped_are_those_of_four_architectures_in_six_steps() {
    List<ComparedExperiment> experiments = PublishedTable.read(SHIPPED, problems::add);

    assertThat(experiments).extracting(ComparedExperiment::name)
        .containsExactly(
            "three_tier (published)", "memcached (published)", "load_balanced (published)",
            "lambda (published)");
    assertThat(experiments).allSatisfy(experiment -> {
      assertThat(experiment.published()).isTrue();
      assertThat(experiment.runs()).extracting(run -> run.size().users())
          .containsExactly(50, 100, 200, 400, 800, 1500);
    });
    assertThat(experiments.getFirst().runs().getLast().figures()).containsOnly(
        entry(Measure.REQUESTS, 13_078.0), entry(Measure.FAILURES, 837.0),
        entry(Measure.MEDIAN, 1_100.0), entry(Measure.MEAN, 4_343.0),
        entry(Measure.REQUESTS_PER_SECOND, 72.74));
    assertThat(problems).isEmpty();
  }

  @Test
  void columns_stand_in_any_order_and_what_was_not_told_is_empty() throws IOException {
    List<ComparedExperiment> experiments = read(
        "\uFEFFusers, name ,rps,remark", "50,\"a, \"\"b\"\"\",,\"quick, it seems\"", "",
        "100,c,9.5,");

    assertThat(experiments).extracting(ComparedExperiment::plan)
        .containsExactly("a, \"b\"", "c");
    assertThat(experiments.getFirst().runs().getFirst().figures()).isEmpty();
    assertThat(experiments.getLast().runs().getFirst().figures())
        .containsOnly(entry(Measure.REQUESTS_PER_SECOND, 9.5));
    assertThat(problems).isEmpty();
  }

  @Test
  void what_a_comparison_wrote_can_be_its_reference_later() throws IOException {
    var run = ComparedRun.of(
        new SampleRun("shop", 50, 10).costing("0.0072252", "3.6125", false).summary());
    var open = ComparedRun.of(SampleRun.perSecond("open", "0.5", 10).summary());
    var comparison = new Comparison(
        List.of(
            new ComparedExperiment("shop", "shop", false, List.of(run)),
            new ComparedExperiment("open", "open", false, List.of(open))));

    List<ComparedExperiment> experiments = read(
        CompareCsv.text(comparison).lines().toArray(String[]::new));

    assertThat(experiments.getFirst().runs().getFirst().figures())
        .containsEntry(Measure.P95, 15.0)
        .containsEntry(Measure.REQUESTS_PER_SECOND, 7.143)
        .containsEntry(Measure.COST, 0.007225)
        .hasSize(Measure.values().length);
    assertThat(experiments.getLast().runs().getFirst().size().label()).isEqualTo("0.5/s");
    assertThat(problems).isEmpty();
  }

  @Test
  void every_line_that_cannot_be_read_is_named() throws IOException {
    read("name,users,median", "a,50", "b,many,1", "c,50,-3", "d,50,1", "d,50,2", ",50,2");

    assertThat(problems).hasSize(5).allSatisfy(problem -> assertThat(problem).endsWith("."));
    assertThat(problems.get(0)).contains(":2: has 2 fields, but there are 3 columns.");
    assertThat(problems.get(1)).contains(":3: ", "'many'");
    assertThat(problems.get(2)).contains(":4: median is '-3'");
    assertThat(problems.get(3)).contains(":6: is the second row of d with 50 users");
    assertThat(problems.get(4)).contains(":7: expected a name");
  }

  @Test
  void a_file_that_is_no_table_is_named() throws IOException {
    read();
    read("a,b,c", "1,2,3");
    PublishedTable.read(folder.resolve("none.csv"), problems::add);
    Files.write(folder.resolve("binary"), new byte[]{(byte) 0xff, (byte) 0xfe, 0});
    PublishedTable.read(folder.resolve("binary"), problems::add);

    assertThat(problems).hasSize(4);
    assertThat(problems.get(0)).contains("is empty");
    assertThat(problems.get(1)).contains(":1: expected the names of the columns");
    assertThat(problems.get(2)).contains("none.csv does not exist.", "docs/published.csv");
    assertThat(problems.get(3)).contains("is not a text file in UTF-8.");
  }

  private List<ComparedExperiment> read(String... lines) throws IOException {
    Path file = Files.write(folder.resolve("published.csv"), List.of(lines));
    return PublishedTable.read(file, problems::add);
  }
}
