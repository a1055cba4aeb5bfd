package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever call fails, and wherever who launches or ends a fleet is killed: nothing of it is left. */
@SuppressWarnings("NullAway.Init")
class FleetFaultsTest {

  private static final int COUNT = 2;
  private static final FleetOrder ORDER = Orders.of(COUNT, "c7g.large", "c7i.large");

  @RegisterExtension
  static final StandIn aws = new StandIn();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void who_is_killed_at_any_call_of_a_launch_leaves_nothing_after_its_time(boolean carriedOut) {
    aws.reset();
    int calls = calls(fleet -> fleet.launch(ORDER, Orders.SETUP));
    assertThat(calls).isGreaterThan(8);
    for (int last = 1; last <= calls; last++) {
      aws.reset();
      killed(last, carriedOut, fleet -> fleet.launch(ORDER, Orders.SETUP));

      reapLater();
      assertNothingIsLeft("killed at call " + last);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void to_say_it_again_after_that_launches_what_was_ordered_and_no_more(boolean carriedOut) {
    aws.reset();
    int calls = calls(fleet -> fleet.launch(ORDER, Orders.SETUP));
    for (int last = 1; last <= calls; last++) {
      aws.reset();
      killed(last, carriedOut, fleet -> fleet.launch(ORDER, Orders.SETUP));

      try (Ec2Fleet fleet = aws.fleet()) {
        assertThat(fleet.launch(ORDER, Orders.SETUP).launched()).as("after call %d", last)
            .hasSize(COUNT);
        assertThat(aws.instances()).as("after call %d", last).hasSize(COUNT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void who_is_killed_at_any_call_of_an_end_leaves_nothing_after_its_time(boolean carriedOut) {
    aws.reset();
    launch();
    int calls = calls(fleet -> {
      var _ = fleet.end("test");
    });
    assertThat(calls).isGreaterThan(8);
    for (int last = 1; last <= calls; last++) {
      aws.reset();
      launch();
      killed(last, carriedOut, fleet -> {
        var _ = fleet.end("test");
      });

      reapLater();
      assertNothingIsLeft("killed at call " + last);
    }
  }

  @Test
  void whatever_call_of_a_launch_is_refused_is_a_sentence_and_an_end_after_it_leaves_nothing() {
    aws.reset();
    launch();
    for (Map.Entry<String, Integer> action : actions().entrySet()) {
      for (int before = 0; before < action.getValue(); before++) {
        aws.reset();
        refuse(action.getKey(), before);
        String place = action.getKey() + " after " + before;
        try (Ec2Fleet fleet = aws.fleet()) {
          try {
            fleet.launch(ORDER, Orders.SETUP);
            throw new AssertionError(place + " was not refused");
          } catch (Ec2Problem e) {
            assertThat(e).as(place).message().startsWith("Cannot ").contains("may not do that");
          }
          aws.heal();
          var _ = fleet.end("test");
        }
        assertNothingIsLeft(place);
      }
    }
  }

  @Test
  void whatever_call_of_an_end_is_refused_is_a_sentence_and_to_say_it_again_leaves_nothing() {
    aws.reset();
    launch();
    aws.forgetCalls();
    try (Ec2Fleet fleet = aws.fleet()) {
      var _ = fleet.end("test");
    }
    for (Map.Entry<String, Integer> action : actions().entrySet()) {
      for (int before = 0; before < action.getValue(); before++) {
        aws.reset();
        launch();
        refuse(action.getKey(), before);
        String place = action.getKey() + " after " + before;
        try (Ec2Fleet fleet = aws.fleet()) {
          try {
            var _ = fleet.end("test");
            throw new AssertionError(place + " was not refused");
          } catch (Ec2Problem e) {
            assertThat(e).as(place).message().startsWith("Cannot ");
          }
          aws.heal();
          assertThat(fleet.end("test").isEmpty()).as(place).isTrue();
        }
        assertNothingIsLeft(place);
      }
    }
  }

  private static void launch() {
    try (Ec2Fleet fleet = aws.fleet()) {
      fleet.launch(ORDER, Orders.SETUP);
    }
  }

  private static void refuse(String action, int before) {
    aws.put(
        "faults/" + action,
        """
            {"code": "UnauthorizedOperation", "http": 403, "times": 1, "after": %d}"""
            .formatted(before));
  }

  /** What was called so far, and how often. */
  private static Map<String, Integer> actions() {
    var actions = new LinkedHashMap<String, Integer>();
    aws.calls().forEach(call -> actions.merge(call.path("action").asString(), 1, Integer::sum));
    return actions;
  }

  /** How many calls it makes, undisturbed. */
  private static int calls(Consumer<Ec2Fleet> doing) {
    var immortal = new Mortal(0, false);
    try (Ec2Fleet fleet = aws.fleet(InstantSource.system(), immortal)) {
      doing.accept(fleet);
    }
    return immortal.calls();
  }

  private static void killed(int last, boolean carriedOut, Consumer<Ec2Fleet> doing) {
    try (Ec2Fleet fleet = aws.fleet(InstantSource.system(), new Mortal(last, carriedOut))) {
      doing.accept(fleet);
    } catch (Ec2Problem | IllegalStateException e) {
      assertThat(e).hasStackTraceContaining("killed");
    }
  }

  /** As a timer does it, or a coordinator's keeper. */
  private static void reapLater() {
    Instant later = Instant.now().plus(Duration.ofHours(3));
    try (Ec2Fleet fleet = aws.fleet(InstantSource.fixed(later))) {
      fleet.reap();
      fleet.reap();
    }
  }

  private static void assertNothingIsLeft(String when) {
    var left = new ArrayList<String>();
    for (JsonNode each : aws.instances()) {
      if (!each.path("state").asString().equals("terminated")) {
        left.add(each.path("id").asString());
      }
    }
    assertThat(left).as("instances, %s", when).isEmpty();
    try (Ec2Fleet fleet = aws.fleet()) {
      List<String> all = fleet.leftovers("test").all().toList();
      assertThat(all).as("left, %s", when).isEmpty();
    }
  }
}
