package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.LoadSize;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

  private static final String TEXT = """
      target: ${env(TARGET, http://localhost)}
      http: { headers: { Authorization: "Bearer ${env(TOKEN)}" } }
      scenario:
        - get: /${env(TENANT)}/$${user}/${user}
      load: { users: "${env(USERS, 5)}", duration: 1m }
      """;

  private static Plan plan(Map<String, String> environment) {
    return Sources.plan(new PlanSource("plan.yaml", TEXT, List.of(), environment));
  }

  @Test
  void a_variable_can_stand_in_any_value() {
    Plan plan = plan(
        Map.of("TARGET", "https://example.org", "TOKEN", "t", "TENANT", "a", "USERS", "7"));

    assertThat(plan.target()).isEqualTo(URI.create("https://example.org"));
    assertThat(plan.http().headers())
        .containsExactly(new Header("Authorization", Template.literal("Bearer t")));
    assertThat(plan.load().sizes()).containsExactly(new LoadSize.Users(7));
  }

  @Test
  void a_default_stands_in_for_a_missing_variable() {
    Plan plan = plan(Map.of("TOKEN", "t", "TENANT", "a"));

    assertThat(plan.target()).isEqualTo(URI.create("http://localhost"));
    assertThat(plan.load().sizes()).containsExactly(new LoadSize.Users(5));
  }

  @Test
  void what_stands_in_a_variable_is_text_and_no_placeholder() {
    Plan plan = plan(Map.of("TOKEN", "t", "TENANT", "${random(1,2)}"));
    var request = (Step.Request) plan.scenarios().getFirst().tasks().getFirst().steps().getFirst();

    assertThat(request.path().parts()).containsExactly(
        new Template.Literal("/${random(1,2)}/${user}/"), new Template.UserNumber());
    assertThat(request.name()).isEqualTo("/${random(1,2)}/${user}/${user}");
  }

  @Test
  void a_missing_variable_without_default_is_a_problem() {
    assertThat(
        Sources.problems(new PlanSource("plan.yaml", TEXT, List.of(), Map.of("TENANT", "a"))))
        .isEqualTo("plan.yaml:2:35: http.headers.Authorization: "
            + "the environment variable TOKEN is not set\n"
            + "  set it, or give a default: ${env(TOKEN, …)}");
  }

  @Test
  void the_names_of_all_variables_are_known_before_reading() {
    assertThat(PlanFile.environmentNames(TEXT)).containsExactly("TARGET", "TENANT", "TOKEN",
        "USERS");
    assertThat(PlanFile.environmentNames("# ${env(SECRET)}\n" + TEXT)).doesNotContain("SECRET");
    assertThat(PlanFile.environmentNames("[")).isEmpty();
  }

  @Test
  void overrides_add_and_remove_variables() {
    assertThat(PlanFile.environmentNames(TEXT, List.of("target=http://${env(HOST)}")))
        .containsExactly("HOST", "TENANT", "TOKEN", "USERS");
  }
}
