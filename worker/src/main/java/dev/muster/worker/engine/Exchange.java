package dev.muster.worker.engine;

import dev.muster.plan.load.LaneRandom;

/**
 * A request of one user and its answer. A user has one at a time, so the object is the user's and is
 * used again and again; who keeps it beyond the request's end sees the next. For the engine's thread.
 */
public final class Exchange {

  private final VirtualUser user;
  private long dueNanos;
  private long beganNanos;
  private boolean written;
  private long writtenNanos;
  private boolean answering;
  private long firstByteNanos;

  Exchange(VirtualUser user) {
    this.user = user;
  }

  /** Work on it begins, at first perhaps with a connection. */
  void begin(long due, long now) {
    dueNanos = due;
    beganNanos = now;
    writtenNanos = now;
    written = false;
    answering = false;
  }

  /** Its first byte is written. */
  void setWritten(long now) {
    writtenNanos = now;
    written = true;
  }

  boolean isWritten() {
    return written;
  }

  /** When its first byte was written; when it was begun, as long as nothing else is known. */
  long writtenNanos() {
    return writtenNanos;
  }

  /** When the first byte of its answer came, if the whole answer came at {@code wholeNanos}. */
  long firstByteNanos(long wholeNanos) {
    return answering ? firstByteNanos : wholeNanos;
  }

  VirtualUser user() {
    return user;
  }

  /** The index of what is sent, among the script's requests. */
  public int request() {
    return user.request();
  }

  /** When it was due, in nanoseconds on the engine's scale. */
  public long dueNanos() {
    return dueNanos;
  }

  /** When work on it began, in nanoseconds on the engine's scale. */
  public long beganNanos() {
    return beganNanos;
  }

  /**
   * Notes when the first part of its answer came, in nanoseconds on the engine's scale. Not needed where
   * that is the whole.
   */
  public void answerBegan(long nowNanos) {
    answering = true;
    firstByteNanos = nowNanos;
  }

  /** Whether the first part of its answer has been noted. */
  public boolean isAnswering() {
    return answering;
  }

  /**
   * The user's place among those that are there, for who keeps connections. Counted from 0; where users
   * come and go there may be ever more places, and who comes takes that of one who is gone.
   */
  public int slot() {
    return user.slot();
  }

  /** The user's number in the run, or its arrival's. */
  public long userNumber() {
    return user.number();
  }

  /** The number of the user's iteration, counted from 0. */
  public long iteration() {
    return user.iteration();
  }

  /** The user's random stream, from which the request's templates draw. */
  public LaneRandom random() {
    return user.random();
  }
}
