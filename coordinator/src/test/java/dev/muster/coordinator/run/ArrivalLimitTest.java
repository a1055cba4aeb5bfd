package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.Experiment;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.plan.RunPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArrivalLimitTest {

  @Test
  void an_arrival_sends_at_most_the_requests_of_the_longest_task() {
    RunPlan run = run("""
        target: http://localhost
        scenarios:
          short: { steps: [ { get: / }, { think: 5s }, { get: / } ] }
          long:
            tasks:
              - { name: one, steps: [ { get: / } ] }
              - { name: three, steps: [ { get: / }, { get: / }, { think: 1s }, { get: / } ] }
        load: { rate: 5/s, duration: 1m }
        """);

    assertThat(ArrivalLimit.of(run).most(100)).isEqualTo(300);
  }

  private static RunPlan run(String text) {
    return switch (PlanFile.read(new PlanSource("plan.yaml", text, List.of(), Map.of()))) {
      case PlanReading.Readable(var plan) -> Experiment.of(plan).runs().getFirst();
      case PlanReading.Unreadable unreadable -> throw new AssertionError(unreadable);
    };
  }
}
