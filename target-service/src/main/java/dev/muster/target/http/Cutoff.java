package dev.muster.target.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel that has not come further by its deadline. A deadline is one number, to be written
 * as often as one likes: the only timer goes off every period, and exactly at a deadline, and looks. For
 * the channel's event loop.
 */
final class Cutoff {
  private final Channel channel;
  private final long periodNanos;
  private long deadline;
  private Future<?> timer;

  /**
   * A first deadline in {@code nanos}.
   *
   * @param periodNanos no deadline will be set nearer than this
   */
  Cutoff(Channel channel, long nanos, long periodNanos) {
    this.channel = channel;
    this.periodNanos = periodNanos;
    this.deadline = System.nanoTime() + nanos;
    this.timer = arm(nanos);
  }

  /** Sets the deadline to so many nanoseconds from now, however it was before. */
  void in(long nanos) {
    deadline = System.nanoTime() + nanos;
  }

  void cancel() {
    timer.cancel(false);
  }

  private Future<?> arm(long nanos) {
    return channel.eventLoop()
        .schedule(this::look, Math.min(nanos, periodNanos), TimeUnit.NANOSECONDS);
  }

  private void look() {
    long left = deadline - System.nanoTime();
    if (left > 0) {
      timer = arm(left);
    } else {
      var _ = channel.close();
    }
  }
}
