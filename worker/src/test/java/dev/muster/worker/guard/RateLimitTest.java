package dev.muster.worker.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.Rate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The law of the limit: no second has more, wherever it begins. */
class RateLimitTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void no_second_has_more_than_the_limit_however_late_requests_are() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      long most = 1L + random.nextInt(seed % 3 == 0 ? 10 : 5_000);
      int loops = 1 + random.nextInt(4);
      var limit = new RateLimit(new Rate(most, SECOND));
      long[] reserved = new long[loops];
      Arrays.fill(reserved, Long.MIN_VALUE);
      var sent = new ArrayDeque<Long>();
      long now = random.nextLong(-SECOND, SECOND);
      for (int wake = 0; wake < 3_000; wake++) {
        now += random.nextInt(50) == 0 ? random.nextLong(2 * SECOND) : random.nextLong(2_000_000);
        int loop = random.nextInt(loops);
        for (int batch = 0; batch < 16; batch++) {
          if (reserved[loop] == Long.MIN_VALUE
              || (reserved[loop] <= now && !limit.holds(reserved[loop], now))) {
            reserved[loop] = limit.reserve(now);
          }
          if (reserved[loop] > now) {
            break;
          }
          reserved[loop] = Long.MIN_VALUE;
          sent.add(now);
          while (now - sent.getFirst() >= SECOND) {
            sent.removeFirst();
          }
          assertThat(sent.size()).as("seed %d", seed).isLessThanOrEqualTo((int) most);
        }
      }
    }
  }

  @Test
  void a_load_that_goes_on_gets_nearly_all_of_it() {
    var limit = new RateLimit(new Rate(50_000, SECOND));
    long sent = 0;
    long reserved = limit.reserve(0);
    for (long now = 0; now < 10 * SECOND; now += 1_000_000) {
      while (reserved <= now) {
        sent++;
        reserved = limit.reserve(now);
      }
    }
    assertThat(sent).isBetween(495_000L, 500_000L);
  }

  @Test
  void less_than_one_in_a_second_is_a_limit_too() {
    var limit = new RateLimit(new Rate(2, 3_600 * SECOND));
    long first = limit.reserve(0);
    assertThat(first).isNegative();
    assertThat(limit.reserve(SECOND) - first).isGreaterThanOrEqualTo(1_800 * SECOND);
  }
}
