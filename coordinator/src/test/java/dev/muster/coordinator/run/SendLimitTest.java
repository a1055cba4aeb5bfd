package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendLimitTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void a_user_that_asks_and_thinks_for_five_seconds_sends_once_and_then_every_five_seconds() {
    var limit = new SendLimit(1, 5 * SECOND);

    assertThat(limit.most(10, 0, 0)).isEqualTo(10);
    assertThat(limit.most(10, 5 * SECOND, 0)).isEqualTo(20);
    assertThat(limit.most(10, 5 * SECOND, 10 * SECOND)).isEqualTo(15);
  }

  @Test
  void where_nothing_is_waited_for_and_nothing_is_measured_only_the_burst_is_counted() {
    assertThat(new SendLimit(2, 0).most(10, SECOND, 0)).isEqualTo(20);
  }

  @Test
  void no_window_holds_more_requests_than_the_limit() {
    for (int seed = 0; seed < 1_000; seed++) {
      var random = new Random(seed);
      int requests = 1 + random.nextInt(4);
      long think = random.nextLong(3 * SECOND);
      long quickest = 1 + random.nextLong(SECOND);
      var sent = new ArrayList<Long>();
      long at = 0;
      for (int task = 0; task < 30; task++) {
        for (int request = 0; request < requests; request++) {
          sent.add(at);
          at += quickest + random.nextLong(SECOND);
        }
        at += think + random.nextLong(SECOND);
      }
      long from = random.nextLong(at);
      long span = random.nextLong(at - from);
      long within = sent.stream().filter(each -> each >= from && each <= from + span).count();
      assertThat(within).as("seed " + seed)
          .isLessThanOrEqualTo(
              new SendLimit(requests, think / requests).most(1, span, quickest));
    }
  }
}
