package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What can be known of a plan before anything is sent. */
class PlanCommandTest {

  /** Tests run in the module's folder, the plans lie beside it. */
  private static final Path PLANS = Path.of("..", "plans").toAbsolutePath().normalize();

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_good_plan_can_be_run() {
    Ended ended = muster("plan", "check", plan("first.yaml"));
    assertThat(ended.out()).isEqualTo(
        "The plan first can be run: 1 run against http://localhost:10000.");
    assertThat(muster("plan", "check", plan("customer-api-three_tier.yaml")).out()).isEqualTo(
        "The plan three_tier can be run: 6 runs against http://localhost:10000.");
  }

  @Test
  void what_a_plan_will_send_is_shown_before_it_is_sent() {
    assertThat(muster("plan", "show", plan("first.yaml")).out()).isEqualTo(
        """
            first → http://localhost:10000, seed 1

            scenario default
              GET /customerdata/1, think 1 s

            run first_10: 10 users, 30 s
              users    ████████████████████████████████████████████████████████████  10
                       0                           15 s                        30 s
              split    5 + 5 on 2 workers
              expected 300 ± 0.0 requests when an answer takes 0 ms""");
  }

  @Test
  void the_customer_experiment_expects_what_its_arithmetic_says() {
    String shown = muster(
        "plan", "show", plan("customer-api-three_tier.yaml"), "--answer-time", "27ms", "-w", "3")
        .out();
    assertThat(shown).contains(
        "expected 825 ± 5.1 requests when an answer takes 27 ms",
        "split    17 + 17 + 16 on 3 workers",
        "split    500 + 500 + 500 on 3 workers");
    assertThat(shown.lines().filter(line -> line.startsWith("run three_tier_"))).hasSize(6);
  }

  @Test
  void of_arrivals_it_is_shown_how_many_come_in_how_many_lanes_and_who_has_room_for_how_many() {
    String open = plan("open.yaml");
    assertThat(
        muster("plan", "show", open, "-w", "3", "--set", "load.rate=[5000/s]").out()).endsWith("""
            run open_5000: 5,000/s, 30 s
              arrivals 150,000 ± 387.3, at random
              split    1,366 + 1,365 + 1,365 lanes on 3 workers
              at most  667 + 667 + 666 users at once on 3 workers
              expected 150,000 ± 387.3 requests when an answer takes 0 ms""");
    assertThat(
        muster(
            "plan", "show", open, "--set", "load.rate=5000/s", "--set", "load.arrivals=regular")
            .out())
        .contains("arrivals 150,000, one each 0.2 ms", "expected 150,000 ± 0.0 requests");
    assertThat(muster("plan", "check", open).out()).isEqualTo(
        "The plan open can be run: 3 runs against http://localhost:10000.");
  }

  @Test
  void what_is_set_on_the_command_line_is_what_is_shown() {
    assertThat(
        muster(
            "plan", "show", plan("first.yaml"), "--set", "load.users=[3,7]", "--set",
            "load.duration=9s").out())
        .contains("run first_3: 3 users, 9 s", "run first_7: 7 users, 9 s");
  }

  @Test
  void a_time_that_is_none_is_refused_as_in_a_plan() {
    assertIsRefused("quick", "--answer-time: \"quick\" is not a time");
    assertIsRefused("27", "--answer-time: 27 has no unit; write 27s");
    assertIsRefused("27sm", "--answer-time: \"sm\" is not a unit of time", "such as 500ms");
  }

  private void assertIsRefused(String answerTime, String... words) {
    Ended ended = Muster.run(
        folder, "plan", "show", plan("first.yaml"), "--answer-time", answerTime);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains(words).doesNotContain("Exception");
  }

  @Test
  void the_schema_is_json_and_knows_the_words_of_plans() {
    JsonNode schema = JsonMapper.shared().readTree(muster("plan", "schema").out());
    assertThat(schema.at("/$defs/plan/properties").propertyNames()).contains(
        "target", "scenario", "scenarios", "load", "http", "seed", "name");
  }

  private String plan(String name) {
    return PLANS.resolve(name).toString();
  }

  private Ended muster(String... arguments) {
    Ended ended = Muster.run(folder, arguments);
    assertThat(ended.exitCode()).describedAs(ended.toString()).isZero();
    assertThat(ended.err()).isEmpty();
    return ended;
  }
}
