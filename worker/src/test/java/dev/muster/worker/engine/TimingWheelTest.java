package dev.muster.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimingWheelTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void any_sequence_fires_what_a_sorted_list_would_fire() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      long now = random.nextLong(-100, 100) * SECOND;
      var wheel = new TimingWheel<Integer>(now);
      var timers = new ArrayList<TimingWheel.Timer<Integer>>();
      Map<Integer, Long> model = new TreeMap<>();
      for (int i = 0; i < 40; i++) {
        timers.add(new TimingWheel.Timer<>(i));
      }

      for (int step = 0; step < 200; step++) {
        int owner = random.nextInt(timers.size());
        if (random.nextInt(3) == 0) {
          wheel.cancel(timers.get(owner));
          model.remove(owner);
        } else if (!model.containsKey(owner)) {
          long due = now + delay(random);
          wheel.add(timers.get(owner), due);
          model.put(owner, due);
        }
        if (random.nextInt(4) == 0) {
          now += Math.abs(delay(random));
          assertThat(firedBy(wheel, now)).as("seed %d, step %d", seed, step)
              .containsExactlyInAnyOrderElementsOf(dueIn(model, now));
          long instant = now;
          model.values().removeIf(due -> due <= instant);
        }
        assertThat(wheel.nextNanos()).as("seed %d, step %d", seed, step)
            .isLessThanOrEqualTo(earliest(model));
      }
    }
  }

  @Test
  void the_next_instant_is_exact_where_nothing_was_cancelled() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      long now = random.nextLong(1_000) * SECOND;
      var wheel = new TimingWheel<Integer>(now);
      Map<Integer, Long> model = new TreeMap<>();

      for (int step = 0; step < 100; step++) {
        if (random.nextBoolean()) {
          long due = now + delay(random);
          wheel.add(new TimingWheel.Timer<>(step), due);
          model.put(step, due);
        } else {
          now += Math.abs(delay(random));
          long instant = now;
          firedBy(wheel, now).forEach(model::remove);
          assertThat(model.values()).allMatch(due -> due > instant);
        }
        assertThat(wheel.nextNanos()).as("seed %d, step %d", seed, step)
            .isEqualTo(earliest(model));
      }
    }
  }

  @Test
  void an_instant_that_only_a_cancelled_timer_was_due_at_is_forgotten_when_it_has_come() {
    var wheel = new TimingWheel<Integer>(0);
    var timer = new TimingWheel.Timer<>(1);
    wheel.add(timer, SECOND);
    wheel.cancel(timer);

    assertThat(firedBy(wheel, SECOND)).isEmpty();
    assertThat(wheel.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_firing_may_cancel_the_timers_after_it_and_add_them_again() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var wheel = new TimingWheel<Integer>(0);
      var timers = new ArrayList<TimingWheel.Timer<Integer>>();
      Map<Integer, Long> model = new TreeMap<>();
      for (int i = 0; i < 20; i++) {
        timers.add(new TimingWheel.Timer<>(i));
        model.put(i, random.nextLong(3) * 1_000 + random.nextLong(2) * SECOND);
        wheel.add(timers.get(i), model.get(i));
      }

      long now = 0;
      for (int round = 0; round < 10; round++) {
        now += random.nextLong(12 * SECOND);
        long instant = now;
        var fired = new ArrayList<Integer>();
        List<Integer> expected = dueIn(model, now);
        wheel.fire(now, owner -> {
          fired.add(owner);
          assertThat(model.remove(owner)).isNotNull();
          int other = random.nextInt(timers.size());
          wheel.cancel(timers.get(other));
          model.remove(other);
          long due = instant + random.nextLong(-SECOND, SECOND);
          wheel.add(timers.get(other), due);
          model.put(other, due);
        });

        assertThat(fired).as("seed %d", seed).doesNotHaveDuplicates().isSubsetOf(expected);
        assertThat(wheel.nextNanos()).as("seed %d", seed).isLessThanOrEqualTo(earliest(model));
      }
      assertThat(firedBy(wheel, now + 100 * SECOND)).as("nothing is lost, seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(model.keySet());
    }
  }

  @Test
  void what_a_late_firing_adds_for_the_past_fires_next_time() {
    var wheel = new TimingWheel<Integer>(0);
    var late = new TimingWheel.Timer<>(2);
    wheel.add(new TimingWheel.Timer<>(1), 1_000);

    wheel.fire(5 * SECOND, _ -> wheel.add(late, 1_000));

    assertThat(wheel.nextNanos()).isEqualTo(1_000);
    assertThat(firedBy(wheel, 5 * SECOND)).containsExactly(2);
  }

  @Test
  void timers_of_one_slot_fire_in_the_order_in_which_they_were_added() {
    var wheel = new TimingWheel<Integer>(0);
    for (int i = 0; i < 10; i++) {
      wheel.add(new TimingWheel.Timer<>(i), 1_000 - i);
    }

    assertThat(firedBy(wheel, 1_000)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  private static List<Integer> firedBy(TimingWheel<Integer> wheel, long now) {
    var fired = new ArrayList<Integer>();
    wheel.fire(now, fired::add);
    return fired;
  }

  private static List<Integer> dueIn(Map<Integer, Long> model, long now) {
    return model.entrySet()
        .stream()
        .filter(entry -> entry.getValue() <= now)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static long earliest(Map<Integer, Long> model) {
    return model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }

  /** Now and then in the past, within a slot, within a round (8.6 s), and several rounds ahead. */
  private static long delay(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> -random.nextLong(SECOND);
      case 1 -> random.nextLong(1_000_000);
      case 2 -> random.nextLong(SECOND);
      case 3 -> random.nextLong(9 * SECOND);
      default -> random.nextLong(60 * SECOND);
    };
  }
}
