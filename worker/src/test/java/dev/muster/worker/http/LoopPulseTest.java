package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.health.Pauses;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopPulseTest {

  private static final long MS = 1_000_000;

  private final EventExecutor loop = new DefaultEventLoop();
  private final Pauses stalls = new Pauses(System.nanoTime());

  @AfterEach
  void end() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void a_long_turn_is_a_stall_of_its_length() {
    var pulse = new LoopPulse(List.of(loop), stalls);

    var _ = loop.submit(() -> work(120 * MS)).syncUninterruptibly();

    // The turn began at most one beat before the one that it delayed.
    assertThat(longestAfter(110 * MS)).isGreaterThanOrEqualTo(110 * MS);
    pulse.end();
  }

  @Test
  void nothing_is_told_any_more_once_it_has_ended() {
    var pulse = new LoopPulse(List.of(loop), stalls);
    var _ = loop.submit(() -> work(50 * MS)).syncUninterruptibly();
    var _ = longestAfter(40 * MS);
    pulse.end();
    // What the loop had begun before it heard of the end is over with this turn.
    var _ = loop.submit(() -> {}).syncUninterruptibly();
    var _ = stalls.take(System.nanoTime());

    var _ = loop.submit(() -> work(50 * MS)).syncUninterruptibly();
    var _ = loop.submit(() -> {}).syncUninterruptibly();

    assertThat(stalls.take(System.nanoTime()).longestNanos()).isZero();
  }

  private static void work(long nanos) {
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /** The longest stall told, as soon as one is of at least this length; else the longest of all. */
  private long longestAfter(long nanos) {
    long deadline = System.nanoTime() + 20_000 * MS;
    long longest = 0;
    while (longest < nanos && System.nanoTime() < deadline) {
      var _ = loop.submit(() -> {}).syncUninterruptibly();
      longest = Math.max(longest, stalls.take(System.nanoTime()).longestNanos());
    }
    return longest;
  }
}
