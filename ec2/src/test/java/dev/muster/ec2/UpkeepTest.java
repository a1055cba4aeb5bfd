package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ec2.Upkeep.Stand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UpkeepTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Test
  void where_all_stay_nothing_is_to_be_done() {
    var upkeep = new Upkeep(
        List.of(running("i-1"), running("i-2")), Map.of("i-1", Stand.STAYS, "i-2", Stand.STAYS),
        Set.of());

    assertThat(upkeep.toReplace(NOW, PATIENCE)).isEmpty();
    assertThat(upkeep.toEnd(NOW, PATIENCE)).isEmpty();
    assertThat(upkeep.toDrain()).isEmpty();
  }

  @Test
  void what_is_taken_or_likely_to_be_is_replaced_once() {
    Map<String, Stand> workers = Map.of(
        "i-1", Stand.TAKEN, "i-2", Stand.LIKELY_TAKEN, "i-3", Stand.STAYS);
    List<FleetInstance> three = List.of(running("i-1"), running("i-2"), running("i-3"));
    assertThat(ids(new Upkeep(three, workers, Set.of()))).containsExactly("i-1", "i-2");

    List<FleetInstance> five = List.of(
        running("i-1"), running("i-2"), running("i-3"), replacing("i-4", "i-1"),
        replacing("i-5", "i-2"));
    assertThat(ids(new Upkeep(five, workers, Set.of()))).isEmpty();
  }

  @Test
  void what_ec2_took_back_without_a_word_is_replaced_too() {
    var gone = new FleetInstance(
        "i-1", "test", "c7i.large", "a", true, "terminated", NOW, NOW, Optional.empty(), true,
        Optional.empty());
    assertThat(ids(new Upkeep(List.of(gone), Map.of(), Set.of("i-1")))).containsExactly("i-1");
  }

  @Test
  void a_worker_that_leaves_for_another_reason_is_not() {
    assertThat(ids(new Upkeep(List.of(running("i-1")), Map.of("i-1", Stand.LEAVES), Set.of())))
        .isEmpty();
    assertThat(ids(new Upkeep(List.of(ended("i-1", Optional.empty())), Map.of(), Set.of("i-1"))))
        .isEmpty();
  }

  @Test
  void a_fleet_of_somebody_else_is_not_touched() {
    var theirs = new FleetInstance(
        "i-9", "theirs", "c7i.large", "a", true, "terminated", NOW, NOW, Optional.empty(), true,
        Optional.empty());
    var upkeep = new Upkeep(
        List.of(running("i-1"), theirs), Map.of("i-1", Stand.STAYS), Set.of("i-1"));
    assertThat(ids(upkeep)).isEmpty();
  }

  @Test
  void a_replacement_that_ends_before_it_joins_is_replaced_and_the_next_is_not() {
    var first = List.of(running("i-1"), ended("i-2", Optional.of("i-1")));
    Map<String, Stand> workers = Map.of("i-1", Stand.TAKEN);
    assertThat(ids(new Upkeep(first, workers, Set.of("i-1")))).containsExactly("i-2");

    var second = List.of(
        running("i-1"), ended("i-2", Optional.of("i-1")), ended("i-3", Optional.of("i-2")));
    assertThat(ids(new Upkeep(second, workers, Set.of("i-1")))).isEmpty();
  }

  @Test
  void a_replacement_that_has_joined_and_is_taken_is_replaced_however_long_the_chain() {
    var chain = List.of(
        ended("i-1", Optional.empty()), ended("i-2", Optional.of("i-1")),
        replacing("i-3", "i-2"));
    var upkeep = new Upkeep(
        chain, Map.of("i-3", Stand.TAKEN), Set.of("i-1", "i-2", "i-3"));
    assertThat(ids(upkeep)).containsExactly("i-3");
  }

  @Test
  void a_replacement_that_does_not_join_in_time_is_ended_and_replaced() {
    var upkeep = new Upkeep(
        List.of(running("i-1"), replacing("i-2", "i-1")), Map.of("i-1", Stand.TAKEN), Set.of());

    assertThat(upkeep.toEnd(NOW, PATIENCE)).isEmpty();
    Instant later = NOW.plus(PATIENCE).plusSeconds(1);
    assertThat(upkeep.toEnd(later, PATIENCE)).extracting(FleetInstance::id).containsExactly("i-2");
    assertThat(upkeep.toReplace(later, PATIENCE)).extracting(FleetInstance::id)
        .containsExactly("i-2");
  }

  @Test
  void one_that_is_likely_to_be_taken_leaves_when_another_has_come() {
    var both = List.of(running("i-1"), replacing("i-2", "i-1"));
    Stand likely = Stand.LIKELY_TAKEN;
    assertThat(new Upkeep(both, Map.of("i-1", likely), Set.of()).toDrain()).isEmpty();
    assertThat(new Upkeep(both, Map.of("i-1", likely, "i-2", Stand.STAYS), Set.of()).toDrain())
        .containsExactly("i-1");
  }

  private static List<String> ids(Upkeep upkeep) {
    return upkeep.toReplace(NOW, PATIENCE).stream().map(FleetInstance::id).toList();
  }

  private static FleetInstance running(String id) {
    return instance(id, "running", Optional.empty());
  }

  private static FleetInstance replacing(String id, String taken) {
    return instance(id, "running", Optional.of(taken));
  }

  private static FleetInstance ended(String id, Optional<String> replaces) {
    return instance(id, "terminated", replaces);
  }

  private static FleetInstance instance(String id, String state, Optional<String> replaces) {
    return new FleetInstance(
        id, "test", "c7i.large", "a", true, state, NOW, NOW.plusSeconds(7200), replaces, false,
        Optional.empty());
  }
}
