package dev.muster.deploy.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.deploy.spawn.SimulatedPlace.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From an order to workers that have joined, in a place of which it is known what happens there. */
class SpawningTest {

  private static final Joining JOINING = new Joining(
      "10.0.0.5:7400", "muster1-abc", List.of("10.0.0.0/8"), Duration.ofSeconds(60));

  private final List<String> told = new ArrayList<>();

  private int spawn(SimulatedPlace place, int count, boolean all) {
    return new Spawning(place, place, place, Duration.ofSeconds(60), told::add, place)
        .spawn(new WorkerOrder(count, all, Duration.ofHours(2)), JOINING);
  }

  private String told() {
    return String.join("\n", told);
  }

  @Test
  void each_is_waited_for_and_how_long_it_took_is_said_by_phase() {
    var place = new SimulatedPlace(new Fate(2, 5, SimulatedPlace.NEVER),
        new Fate(4, 8, SimulatedPlace.NEVER), new Fate(6, 20, SimulatedPlace.NEVER));

    assertThat(spawn(place, 3, false)).isEqualTo(3);
    assertThat(told()).contains(
        "3 of 3 launched: w1, w2, w3", "0 running, 0 of 3", "3 running, 3 of 3",
        "0:20  from launch to running 2.0 s (first), 4.0 s (median), 6.0 s (last); "
            + "from running to hello 3.0 s (first), 4.0 s (median), 14.0 s (last)");
  }

  @Test
  void one_that_ends_before_it_joins_is_named_with_its_last_words_and_replaced() {
    var place = new SimulatedPlace(Fate.GOOD, Fate.FALLS, Fate.GOOD);

    assertThat(spawn(place, 2, false)).isEqualTo(2);
    assertThat(told())
        .contains("w2 ended before it joined. The last that it said:\n    last words of w2",
            "1 is replaced");
    assertThat(place.leftovers()).containsExactly("w1", "w3");
  }

  @Test
  void one_that_never_joins_is_ended_and_replaced_when_its_time_is_over() {
    var place = new SimulatedPlace(Fate.SILENT, Fate.GOOD);

    assertThat(spawn(place, 1, false)).isEqualTo(1);
    assertThat(told()).contains("w1 has not joined within 60 s", "1:06  from launch");
    assertThat(place.leftovers()).containsExactly("w2");
  }

  @Test
  void a_second_time_nobody_is_replaced_and_nobody_is_left_behind() {
    var place = new SimulatedPlace(Fate.FALLS, Fate.FALLS, Fate.SILENT, Fate.GOOD);

    assertThat(spawn(place, 2, false)).isEqualTo(1);
    assertThat(place.everLaunched()).containsExactly("w1", "w2", "w3", "w4");
    assertThat(place.leftovers()).containsExactly("w4");
  }

  @Test
  void where_those_that_fell_cannot_be_replaced_the_others_are_counted_and_why_is_said() {
    var place = new SimulatedPlace(Fate.GOOD, Fate.FALLS).launchingTimes(1);

    assertThat(spawn(place, 2, false)).isEqualTo(1);
    assertThat(told()).contains("1 is replaced", "Nothing comes in place: Cannot launch any more.",
        "from running to hello");
    assertThat(place.leftovers()).containsExactly("w1");
  }

  @Test
  void where_there_is_no_room_for_all_as_many_come_as_there_is_and_why_is_said() {
    assertThat(spawn(new SimulatedPlace().withRoomFor(2), 3, false)).isEqualTo(2);
    assertThat(told()).contains("2 of 3 launched: w1, w2", "There is room for 2.");
  }

  @Test
  void where_fewer_are_of_no_use_nothing_is_launched() {
    var place = new SimulatedPlace().withRoomFor(2);

    assertThatExceptionOfType(PlaceProblem.class).isThrownBy(() -> spawn(place, 3, true))
        .withMessage("There is room for 2.");
    assertThat(place.everLaunched()).isEmpty();
  }

  @Test
  void what_is_said_again_waits_for_nothing_and_counts_no_time() {
    var place = new SimulatedPlace();
    spawn(place, 2, false);
    told.clear();

    assertThat(spawn(place, 2, false)).isEqualTo(2);
    assertThat(place.everLaunched()).containsExactly("w1", "w2");
    assertThat(told()).doesNotContain("from launch");
  }

  @Test
  void without_waiting_they_are_let_in_nevertheless() {
    var place = new SimulatedPlace();

    new Spawning(place, place, place, Duration.ofSeconds(60), told::add, place)
        .launch(new WorkerOrder(2, false, Duration.ofHours(2)), JOINING);
    place.pause(Duration.ofSeconds(10));

    assertThat(place.joined()).containsExactlyInAnyOrder("w1", "w2");
  }

  @Test
  void a_place_that_fails_is_heard_whatever_it_was_asked() {
    for (String call : List.of("launch", "look", "end")) {
      var place = new SimulatedPlace(Fate.FALLS).failingAt(call);

      assertThatExceptionOfType(PlaceProblem.class).isThrownBy(() -> spawn(place, 1, false))
          .withMessage("Cannot " + call + ".");
    }
  }

  @Test
  void last_words_that_cannot_be_read_keep_nobody_from_being_replaced() {
    var place = new SimulatedPlace(Fate.FALLS).failingAt("read");

    assertThat(spawn(place, 1, false)).isEqualTo(1);
    assertThat(told()).contains("What it said cannot be read: Cannot read.");
  }

  @Test
  void a_coordinator_that_goes_away_and_comes_back_is_waited_for_whenever_that_is() {
    for (int from = 0; from < 6; from++) {
      told.clear();
      var place = new SimulatedPlace().withoutHost(from, from + 20);

      assertThat(spawn(place, 2, false)).as("away from %d s on", from).isEqualTo(2);
      assertThat(place.everLaunched()).containsExactly("w1", "w2");
      if (from < 5) {
        assertThat(told()).containsOnlyOnce("The coordinator does not answer. Waits for it.");
      }
    }
  }

  @Test
  void where_it_does_not_come_back_those_that_have_not_joined_are_ended_and_nothing_more_is_launched() {
    for (int from = 1; from < 5; from++) {
      var place = new SimulatedPlace().withoutHost(from, SimulatedPlace.NEVER);

      assertThatExceptionOfType(HostAway.class).isThrownBy(() -> spawn(place, 2, false));
      assertThat(place.everLaunched()).containsExactly("w1", "w2");
      assertThat(place.leftovers()).as("away from %d s on", from).isEmpty();
    }
  }
}
