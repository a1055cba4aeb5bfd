package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.load.LoadSize;
import dev.muster.plan.scenario.Step;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverridesTest {

  private static Plan plan(String... overrides) {
    return Sources.plan(Sources.source(Sources.GOOD, overrides));
  }

  private static String problems(String... overrides) {
    return Sources.problems(Sources.source(Sources.GOOD, overrides));
  }

  @Test
  void an_override_replaces_a_value() {
    assertThat(plan("load.users=100").load().sizes()).containsExactly(new LoadSize.Users(100));
    assertThat(plan("load.users=[50,100]").load().sizes())
        .containsExactly(new LoadSize.Users(50), new LoadSize.Users(100));
  }

  @Test
  void an_override_makes_the_keys_that_are_missing() {
    assertThat(plan("http.connections=shared").http().connections()).isEqualTo(Connections.SHARED);
  }

  @Test
  void a_plan_may_ask_for_precision() {
    assertThat(plan().precision()).isEqualTo(Precision.NORMAL);
    assertThat(plan("precision=high").precision()).isEqualTo(Precision.HIGH);
    assertThat(problems("precision=exact")).contains("normal", "high");
  }

  @Test
  void an_override_counts_the_items_of_a_list_from_0() {
    assertThat(plan("scenario.0.name=home").scenarios().getFirst().tasks().getFirst().steps())
        .extracting(step -> ((Step.Request) step).name())
        .containsExactly("home");
  }

  @Test
  void of_two_overrides_the_last_holds() {
    assertThat(plan("load.duration=1h", "load.duration=2h").load().duration())
        .isEqualTo(Duration.ofHours(2));
  }

  @Test
  void an_overridden_mistake_is_no_mistake() {
    String bad = Sources.GOOD.replace("users: 10", "users: many");

    assertThat(Sources.problems(Sources.source(bad, "load.users=5"))).isEmpty();
  }

  @Test
  void problems_of_overrides_follow_those_of_the_file() {
    String bad = Sources.GOOD.replace("get: /", "get: x");

    assertThat(Sources.problems(Sources.source(bad, "seed=x", "load.users=[0, 0]"))).isEqualTo("""
        plan.yaml:3:10: scenario.0.get: "x" does not begin with /
          write /x
        --set seed=x: seed: "x" is not a whole number
          expected a whole number of 64 bits
        --set load.users=[0, 0]: load.users.0: 0 is too small
          expected a whole number from 1 to 10000000
        --set load.users=[0, 0]: load.users.1: 0 is too small
          expected a whole number from 1 to 10000000""");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "load.users        | this is not an override",
      "=5                | this is not an override",
      "load..users=5     | this is not an override",
      "target.host=x     | target is a single value and has nothing in it",
      "scenario.1.name=x | scenario is a list of 1 and has no \"1\"",
      "scenario.x=1      | scenario is a list of 1 and has no \"x\"",
      "load.users=       | load.users: has no value",
      "load.usres=5      | load: there is no \"usres\" here",
      "load.users=[      | this is not YAML: expected the node content, but found '<stream end>'",
  })
  void a_bad_override_is_named(String override, String problem) {
    assertThat(problems(override).lines().findFirst())
        .hasValue("--set " + override + ": " + problem);
  }
}
