package dev.muster.target.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel that has not come further by its deadline. A deadline is one number, to be set as
 * often as one likes: there is a single timer, which goes off every so often, and exactly at a deadline,
 * and looks. For the channel's event loop.
 */
final class Cutoff {
  // Kept connections of users who think for seconds between requests must outlive the thought.
  private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long FOREVER_NANOS = Duration.ofDays(36_500).toNanos();

  private final Channel channel;
  private final long readNanos;
  private final long writeNanos;
  private Wait wait = Wait.REQUEST;
  private long deadline;
  private Future<?> timer;

  /** For what a connection waits, and so how long it may. */
  enum Wait {
    /** For a request that has begun, or for the first one. */
    REQUEST,
    /** For an answer to be found and written. */
    ANSWER,
    /** For the end of a fault. */
    FAULT,
    /** For a kept connection to be used again. */
    NEXT_REQUEST
  }

  /** For the first request of a connection that was accepted now. */
  Cutoff(Channel channel, HttpListener.Manners manners) {
    this.channel = channel;
    this.readNanos = manners.readTimeout().toNanos();
    this.writeNanos = manners.writeTimeout().toNanos();
    this.deadline = System.nanoTime() + readNanos;
    this.timer = arm(readNanos);
  }

  boolean waitsFor(Wait what) {
    return wait == what;
  }

  /** Waits for {@code next}; unless {@code anew}, a wait for the same goes on with its old deadline. */
  void waitFor(Wait next, boolean anew) {
    if (anew || next != wait) {
      wait = next;
      deadline = System.nanoTime() + switch (next) {
        case REQUEST -> readNanos;
        case ANSWER -> writeNanos;
        case FAULT -> FOREVER_NANOS;
        case NEXT_REQUEST -> IDLE_NANOS;
      };
    }
  }

  void cancel() {
    timer.cancel(false);
  }

  // No deadline is ever set nearer than the shortest time to wait, so to look that often is enough.
  private Future<?> arm(long left) {
    long nanos = Math.min(left, Math.min(IDLE_NANOS, Math.min(readNanos, writeNanos)));
    return channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
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
