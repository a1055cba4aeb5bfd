package dev.muster.target.http;

import dev.muster.target.api.Counts;
import dev.muster.target.faults.FaultCount;
import dev.muster.target.faults.LiveFaults;
import io.netty.channel.Channel;

/**
 * The answers of one connection on their way to its socket. One that the socket refuses is taken back,
 * and its client counted as one that left. For the channel's event loop.
 */
final class Outbox {
  private final Channel channel;
  private final LiveFaults faults;
  private final Runnable onWritten;
  private int unwritten;
  private boolean mustFlush;

  /** An empty one, which tells after each answer that it is written. */
  Outbox(Channel channel, LiveFaults faults, Runnable onWritten) {
    this.channel = channel;
    this.faults = faults;
    this.onWritten = onWritten;
  }

  /** Whether all answers that ended here are written. */
  boolean isEmpty() {
    return unwritten == 0;
  }

  /** Whether so much waits here that nothing should be added. */
  boolean isFull() {
    return !channel.isWritable();
  }

  /** Adds a part of an answer that is not its end. */
  void add(Object part) {
    mustFlush = true;
    var _ = channel.write(part);
  }

  /** Adds a whole answer, or the end of one; it is counted already. */
  void add(Object end, Counts.Counted counted) {
    mustFlush = true;
    unwritten++;
    var _ = channel.write(end).addListener(result -> {
      unwritten--;
      if (result.isSuccess()) {
        onWritten.run();
      } else {
        counted.takeBack();
        var _ = faults.count(FaultCount.ABANDONED);
        var _ = channel.close();
      }
    });
  }

  /** Hands all that was added to the socket. */
  void flush() {
    if (mustFlush) {
      mustFlush = false;
      channel.flush();
    }
  }
}
