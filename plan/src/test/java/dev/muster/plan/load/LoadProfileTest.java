package dev.muster.plan.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadProfileTest {

  private static final Rate TEN_PER_SECOND = new Rate(10, 1_000_000_000);

  @Test
  void each_step_adds_a_tenth_of_the_users_every_fifteen_seconds() {
    UserProfile profile = steps(100, "10", 15, 180);

    assertThat(startMillis(profile, 0)).isEqualTo(0);
    assertThat(startMillis(profile, 9)).isEqualTo(900);
    assertThat(startMillis(profile, 10)).isEqualTo(15_000);
    assertThat(startMillis(profile, 99)).isEqualTo(135_900);
    assertThat(profile.usersAt(millis(14_999))).isEqualTo(10);
    assertThat(profile.usersAt(millis(15_000))).isEqualTo(11);
    assertThat(profile.usersAt(millis(179_999))).isEqualTo(100);
    assertThat(profile.usersAt(millis(180_000))).isZero();
  }

  @Test
  void fifteen_hundred_users_fill_each_step_to_its_end() {
    UserProfile profile = steps(1_500, "10", 15, 180);

    for (int user = 0; user < 1_500; user++) {
      assertThat(startMillis(profile, user)).isEqualTo(user * 100L);
    }
  }

  @Test
  void a_step_too_short_for_its_users_hands_them_to_the_next() {
    UserProfile profile = steps(400, "50", 15, 60);

    // 150 of the first step's 200 fit into it; the second begins afresh with those missing.
    assertThat(startMillis(profile, 149)).isEqualTo(14_900);
    assertThat(startMillis(profile, 150)).isEqualTo(15_000);
    assertThat(startMillis(profile, 399)).isEqualTo(39_900);
  }

  @Test
  void users_that_would_start_after_the_end_have_no_life() {
    UserProfile profile = steps(100, "10", 15, 60);

    assertThat(profile.lives(39)).isNotEmpty();
    assertThat(profile.lives(40)).isEmpty();
  }

  @Test
  void without_spawn_and_step_all_start_at_once() {
    UserProfile profile = new Load.Closed(
        List.of(7), new Load.Spawn(null, null), Duration.ofSeconds(1), null).profile(0);

    assertThat(profile.usersAt(0)).isEqualTo(7);
  }

  @Test
  void stages_follow_the_line_up_and_down_as_drawn() {
    UserProfile profile = staged(4, 12, stage(4, 8), stage(2, 4));

    assertThat(profile.lives(3)).containsExactly(new Life(millis(6_000), millis(10_000)));
    assertThat(profile.lives(2)).containsExactly(new Life(millis(4_000), millis(12_000)));
    assertThat(profile.lives(0)).containsExactly(new Life(0, millis(12_000)));
    assertThat(profile.usersAt(millis(5_999))).isEqualTo(3);
    assertThat(profile.usersAt(millis(6_000))).isEqualTo(4);
    assertThat(profile.usersAt(millis(10_000))).isEqualTo(3);
  }

  @Test
  void a_user_that_stops_and_is_wanted_again_lives_twice() {
    UserProfile profile = staged(2, 6, stage(2, 2), stage(0, 2), stage(2, 2));

    assertThat(profile.lives(1)).containsExactly(
        new Life(millis(1_000), millis(3_000)), new Life(millis(5_000), millis(6_000)));
  }

  @Test
  void a_stage_of_no_length_is_a_jump() {
    UserProfile profile = staged(9, 10, stage(9, 0), stage(9, 5), stage(0, 0), stage(0, 5));

    assertThat(profile.usersAt(0)).isEqualTo(9);
    assertThat(profile.usersAt(millis(5_000))).isZero();
    assertThat(profile.lives(8)).containsExactly(new Life(0, millis(5_000)));
  }

  @Test
  void ten_million_users_over_a_day_start_in_order() {
    UserProfile profile = staged(10_000_000, 86_400, stage(10_000_000, 86_400));

    assertThat(profile.lives(9_999_999).getFirst().startNanos())
        .isEqualTo(86_400_000_000_000L - 8_640_000);
  }

  /** Law: at every instant as many lives run as the profile says. */
  @Test
  void the_number_of_users_is_the_number_of_lives_at_any_instant() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      UserProfile profile = anyProfile(random);
      List<Life> lives = new ArrayList<>();
      for (int user = 0; user < profile.users(); user++) {
        lives.addAll(profile.lives(user));
      }
      for (int i = 0; i < 50; i++) {
        long instant = i < 25 && !lives.isEmpty()
            ? lives.get(random.nextInt(lives.size())).startNanos() - random.nextInt(2)
            : random.nextLong(profile.durationNanos());
        long running = lives.stream()
            .filter(life -> life.startNanos() <= instant && instant < life.stopNanos())
            .count();
        assertThat(profile.usersAt(instant)).as("seed %d at %d", seed, instant)
            .isEqualTo((int) running);
      }
    }
  }

  static UserProfile anyProfile(Random random) {
    int users = 1 + random.nextInt(200);
    long seconds = 10L + random.nextInt(100);
    if (random.nextBoolean()) {
      int percent = 1 + random.nextInt(100);
      var step = random.nextBoolean()
          ? null
          : new Load.Steps(
              new Amount.Percent(BigDecimal.valueOf(percent)),
              Duration.ofMillis(100 + random.nextInt(20_000)));
      var spawn = random.nextBoolean() ? null : new Rate(1 + random.nextInt(50), 1_000_000_000);
      return new Load.Closed(
          List.of(users), new Load.Spawn(spawn, step), Duration.ofSeconds(seconds), null)
          .profile(0);
    }
    var stages = new Load.Stage[1 + random.nextInt(5)];
    for (int i = 0; i < stages.length; i++) {
      stages[i] = stage(random.nextInt(users + 1), random.nextInt(20));
    }
    return staged(users, seconds, stages);
  }

  private static UserProfile steps(int users, String percent, long every, long seconds) {
    var steps = new Load.Steps(
        new Amount.Percent(new BigDecimal(percent)), Duration.ofSeconds(every));
    return new Load.Closed(
        List.of(users), new Load.Spawn(TEN_PER_SECOND, steps), Duration.ofSeconds(seconds), null)
        .profile(0);
  }

  private static UserProfile staged(int users, long seconds, Load.Stage... stages) {
    return new Load.Closed(
        List.of(users), new Load.Stages(List.of(stages)), Duration.ofSeconds(seconds), null)
        .profile(0);
  }

  private static Load.Stage stage(int users, long seconds) {
    return new Load.Stage(new Amount.Count(users), Duration.ofSeconds(seconds));
  }

  private static long startMillis(UserProfile profile, int user) {
    return profile.lives(user).getFirst().startNanos() / 1_000_000;
  }

  private static long millis(long millis) {
    return millis * 1_000_000;
  }
}
