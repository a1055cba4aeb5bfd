package dev.muster.plan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadChangesTest {

  @Test
  void a_pause_stops_the_loads_clock() {
    LoadClock clock = changes(pause(10), resume(14), pause(20), resume(21)).clock();

    assertThat(seconds(clock::loadNanos, 9, 10, 12, 14, 20, 20.5, 21, 30))
        .containsExactly(9.0, 10.0, 10.0, 10.0, 16.0, 16.0, 16.0, 25.0);
    assertThat(seconds(clock::sinceStart, 9, 10, 15, 16, 25))
        .containsExactly(9.0, 14.0, 19.0, 21.0, 30.0);
  }

  @Test
  void when_a_pause_ends_nobody_knows_before_it_is_resumed() {
    LoadClock clock = changes(pause(10)).clock();

    assertThat(clock.sinceStart(nanos(10) - 1)).isEqualTo(nanos(10) - 1);
    assertThat(clock.sinceStart(nanos(10))).isEqualTo(Long.MAX_VALUE);
    assertThat(clock.loadNanos(nanos(1_000))).isEqualTo(nanos(10));
  }

  @Test
  void the_drawn_example_is_what_happens() {
    UserProfile scaled = applied(
        closed(3, new Load.Spawn(new Rate(1, 1_000_000_000), null)), scale(4, 6));

    assertThat(IntStream.of(3, 4, 5, 6, 9).map(second -> scaled.usersAt(nanos(second))))
        .containsExactly(3, 4, 5, 6, 6);
    assertThat(scaled.lives(5)).containsExactly(new Life(nanos(6), nanos(10)));
    assertThat(scaled.lives(2)).containsExactly(new Life(nanos(2), nanos(10)));
    assertThat(scaled.lives(6)).isEmpty();
    assertThat(scaled.lanes()).isEqualTo(6);
  }

  @Test
  void who_stays_has_one_life_and_who_comes_back_another() {
    UserProfile scaled = applied(closed(4, new Load.Spawn(null, null)), scale(3, 2), scale(7, 4));

    assertThat(scaled.lives(1)).containsExactly(new Life(0, nanos(10)));
    assertThat(scaled.lives(3)).containsExactly(
        new Life(0, nanos(3)), new Life(nanos(7), nanos(10)));
  }

  @Test
  void lives_and_numbers_of_users_agree_however_often_it_is_scaled() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var changes = LoadChanges.NONE;
      long at = 0;
      for (int i = random.nextInt(6); i > 0; i--) {
        at += random.nextLong(nanos(3));
        changes = changes.with(new LoadChange.Scale(at, 1 + random.nextInt(12)));
      }
      Load.Shape shape = random.nextBoolean()
          ? new Load.Stages(
              List.of(
                  new Load.Stage(new Amount.Count(random.nextInt(8)), Duration.ofSeconds(4)),
                  new Load.Stage(new Amount.Count(random.nextInt(8)), Duration.ofSeconds(3))))
          : new Load.Spawn(random.nextBoolean() ? null : new Rate(2, 1_000_000_000), null);
      var profile = (UserProfile) changes.appliedTo(closed(7, shape));

      for (long instant = 0; instant < nanos(10); instant += 50_000_000) {
        long now = instant;
        long running = IntStream.range(0, profile.users())
            .filter(
                user -> profile.lives(user)
                    .stream()
                    .anyMatch(life -> life.startNanos() <= now && now < life.stopNanos()))
            .count();
        assertThat(profile.usersAt(now)).as("seed %d at %d", seed, now).isEqualTo((int) running);
      }
      for (int user = 0; user < profile.users(); user++) {
        List<Life> lives = profile.lives(user);
        for (int life = 1; life < lives.size(); life++) {
          assertThat(lives.get(life).startNanos()).as("seed %d, user %d", seed, user)
              .isGreaterThan(lives.get(life - 1).stopNanos());
        }
      }
    }
  }

  @Test
  void what_cannot_be_done_is_told_in_a_sentence() {
    var open = new ArrivalProfile(
        new Rate(5, 2_000_000_000), Load.Arrivals.REGULAR, null, nanos(10));
    UserProfile users = closed(3, new Load.Spawn(null, null));

    assertThat(refusal(users, scale(1, 4))).isNull();
    assertThat(refusal(open, scale(1, 4))).startsWith("its plan lets 2.5 users arrive in a second");
    assertThat(refusal(open, pause(1))).isNull();
    assertThat(refusal(users, resume(1))).isEqualTo("it is not paused");
    assertThat(refusal(users, pause(1), pause(2))).isEqualTo("it is paused already");
    assertThat(refusal(users, pause(1), scale(2, 5), resume(3))).isNull();
    assertThat(refusal(users, pause(1), resume(3), resume(4))).isEqualTo("it is not paused");
    assertThat(refusal(users, pause(10))).isEqualTo("its load is over, or about to be");
  }

  @Test
  void what_makes_no_sense_is_no_change() {
    assertThatThrownBy(() -> scale(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pause(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> changes(resume(1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> changes(pause(2), resume(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static @Nullable String refusal(LoadProfile plan, LoadChange... all) {
    LoadChanges before = changes(
        List.of(all).subList(0, all.length - 1).toArray(LoadChange[]::new));
    return before.refusal(all[all.length - 1], plan).orElse(null);
  }

  private static UserProfile applied(UserProfile plan, LoadChange... changes) {
    return (UserProfile) changes(changes).appliedTo(plan);
  }

  private static UserProfile closed(int users, Load.Shape shape) {
    return new Load.Closed(List.of(users), shape, Duration.ofSeconds(10), null).profile(0);
  }

  private static LoadChanges changes(LoadChange... all) {
    return new LoadChanges(List.of(all));
  }

  private static LoadChange scale(double second, int users) {
    return new LoadChange.Scale(nanos(second), users);
  }

  private static LoadChange pause(double second) {
    return new LoadChange.Pause(nanos(second));
  }

  private static LoadChange resume(double second) {
    return new LoadChange.Resume(nanos(second));
  }

  private static List<Double> seconds(
      LongUnaryOperator clock, double... instants) {
    return Arrays.stream(instants)
        .mapToLong(LoadChangesTest::nanos)
        .map(clock)
        .mapToObj(instant -> instant / 1e9)
        .toList();
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }
}
