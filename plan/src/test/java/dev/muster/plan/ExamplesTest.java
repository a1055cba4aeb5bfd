package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.load.Amount;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {

  static List<Path> examples() {
    return Sources.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_example_can_be_read(Path file) {
    assertThat(Sources.problems(Sources.read(file))).isEmpty();
  }

  @Test
  void the_experiment_of_the_customer_api_is_what_was_done_before() {
    Step request = new Step.Request(Step.Method.GET,
        new Template(List.of(
            new Template.Literal("/customerdata/"), new Template.RandomInteger(1, 4499))),
        "/customerdata/{id}", List.of(), null, null, List.of());
    Step think = new Step.Think(Duration.ofSeconds(5), Duration.ofSeconds(9));
    var scenario = new Scenario("default", 1,
        List.of(new Task("default", 1, List.of(request, think))), null);
    var load = new Load.Closed(List.of(50, 100, 200, 400, 800, 1500),
        new Load.Spawn(new Rate(1, 100_000_000),
            new Load.Steps(new Amount.Percent(BigDecimal.TEN), Duration.ofSeconds(15))),
        Duration.ofMinutes(3), null);

    for (String architecture : List.of("three_tier", "memcached", "load_balanced", "lambda")) {
      int port = architecture.equals("load_balanced") ? 10_080 : 10_000;
      var file = Path.of("../plans/customer-api-" + architecture + ".yaml");
      assertThat(Sources.plan(Sources.read(file))).isEqualTo(
          new Plan(architecture, URI.create("http://localhost:" + port), 1, Precision.NORMAL,
              HttpOptions.defaults(), List.of(scenario), load));
    }
  }

  @Test
  void the_open_example_is_a_run_for_each_rate_whose_users_share_connections() {
    Plan open = Sources.plan(Sources.read(Path.of("../plans/open.yaml")));

    assertThat(open.load()).isEqualTo(
        new Load.Open(
            List.of(
                new Rate(1, 2_000_000), new Rate(1, 1_000_000), new Rate(1, 500_000)),
            Load.Arrivals.POISSON, 2_000, Duration.ofSeconds(30), null));
    assertThat(Experiment.of(open).runs()).extracting(RunPlan::name)
        .containsExactly("open_500", "open_1000", "open_2000");
    assertThat(open.connections()).isEqualTo(Connections.SHARED);
  }

  @Test
  void the_example_of_http_2_shares_connections() {
    Plan plan = Sources.plan(Sources.read(Path.of("../plans/http2.yaml")));

    assertThat(plan.http().version()).isEqualTo(Version.HTTP_2);
    assertThat(plan.http().streams()).isEqualTo(50);
    assertThat(plan.connections()).isEqualTo(Connections.SHARED);
  }

  @Test
  void the_shop_has_weighted_scenarios_with_weighted_tasks() {
    Plan shop = Sources.plan(Sources.read(Path.of("../plans/shop.yaml")));

    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.target()).isEqualTo(URI.create("http://localhost:8080"));
    assertThat(shop.scenarios()).extracting(Scenario::name).containsExactly("visitor", "customer");
    assertThat(shop.scenarios()).extracting(Scenario::weight).containsExactly(3, 1);
    assertThat(shop.scenarios().get(1).tasks()).extracting(Task::weight).containsExactly(5, 1);
    assertThat(shop.scenarios().get(1).pacing()).isEqualTo(Duration.ofSeconds(20));
    assertThat(shop.scenarios().get(1).tasks())
        .allSatisfy(task -> assertThat(task.steps().getLast())
            .isEqualTo(new Step.Think(Duration.ofSeconds(1), Duration.ofSeconds(2))));
    assertThat(shop.connections()).isEqualTo(Connections.PER_USER);
    assertThat(shop.load().duration()).isEqualTo(Duration.ofSeconds(270));
  }
}
