package dev.muster.worker.agent;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Load;
import dev.muster.plan.scenario.Step;
import dev.muster.worker.Plans;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RehearsalTest {

  private static final URI STAND_IN = URI.create("https://127.0.0.1:4711");

  @Test
  void the_requests_are_those_of_the_plan_and_the_waits_are_short() {
    Plan plan = Plans.of(get("/one"), think(5_000, 9_000), get("/two"))
        .users(10_000)
        .lasting(Duration.ofMinutes(3))
        .run()
        .plan();

    RunPlan rehearsal = Rehearsal.of(plan, STAND_IN);

    List<Step> steps = rehearsal.scenarios().getFirst().tasks().getFirst().steps();
    assertThat(steps).hasSize(3);
    assertThat(steps.get(0)).isEqualTo(get("/one"));
    assertThat(((Step.Think) steps.get(1)).atMost()).isLessThan(Duration.ofMillis(1));
    assertThat(steps.get(2)).isEqualTo(get("/two"));
    assertThat(rehearsal.lanes()).isLessThan(100);
    assertThat(rehearsal.profile().durationNanos()).isLessThan(1_000_000_000);
  }

  @Test
  void none_of_it_goes_to_the_target() {
    Plan plan = Plans.of(get("/")).target("https://example.com").run().plan();

    assertThat(Rehearsal.of(plan, STAND_IN).plan().target()).isEqualTo(STAND_IN);
    assertThat(Rehearsal.of(plan, STAND_IN).plan().http().tls().skipsVerification()).isTrue();
  }

  @Test
  void it_travels_as_the_plan_does() {
    Plan plan = Plans.of(get("/"))
        .version(Version.HTTP_2)
        .streams(7)
        .connections(Connections.PER_REQUEST)
        .run()
        .plan();

    Plan rehearsed = Rehearsal.of(plan, STAND_IN).plan();

    assertThat(rehearsed.http().version()).isEqualTo(Version.HTTP_2);
    assertThat(rehearsed.http().streams()).isEqualTo(7);
    assertThat(rehearsed.connections()).isEqualTo(Connections.PER_REQUEST);
  }

  @Test
  void a_crowd_of_arrivals_stays_small() {
    Plan plan = Plans.of(get("/")).perSecond(100_000).run().plan();

    var load = (Load.Open) Rehearsal.of(plan, STAND_IN).plan().load();

    assertThat(load.maxUsers()).isLessThan(1_000);
  }

  @Test
  void arrivals_stay_arrivals() {
    Plan plan = Plans.of(get("/"))
        .perSecond(3)
        .arrivals(Load.Arrivals.POISSON)
        .maxUsers(5)
        .run()
        .plan();

    var load = (Load.Open) Rehearsal.of(plan, STAND_IN).plan().load();

    assertThat(load.arrivals()).isEqualTo(Load.Arrivals.POISSON);
    assertThat(load.maxUsers()).isEqualTo(5);
    assertThat(load.duration()).isEqualTo(Rehearsal.LENGTH);
  }
}
