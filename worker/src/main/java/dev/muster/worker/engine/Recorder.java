package dev.muster.worker.engine;

import dev.muster.plan.load.LaneState;
import java.util.List;

/** Takes down what the engine of one event loop measures. Called on the engine's thread only. */
public interface Recorder {

  /** A request is sent. */
  void sent();

  /** A user that arrived found no place, and was dropped. */
  void dropped();

  /**
   * A request was answered, and rightly: by its status and the plan's checks. All instants in
   * nanoseconds on one scale.
   *
   * @param series the index of its series
   * @param dueNanos when it was due
   * @param beganNanos when work on it began, which is to open a connection where there is none
   * @param writtenNanos when its first byte was written
   * @param endNanos when its last byte had come
   */
  void answered(
      int series, long bodyBytes, long dueNanos, long beganNanos, long writtenNanos, long endNanos);

  /**
   * A request was answered, but not rightly; the rest as in {@link #answered}.
   *
   * @param refusal why, in one word such as {@code status_503} or {@code check_body}
   */
  void refused(
      int series, String refusal, long bodyBytes, long dueNanos, long beganNanos, long writtenNanos,
      long endNanos);

  /** A request was written and ended without a whole answer; the rest as in {@link #answered}. */
  void failed(
      int series, FailureKind kind, long dueNanos, long beganNanos, long writtenNanos,
      long endNanos);

  /** A request ended before anything of it was written; the rest as in {@link #answered}. */
  void failedUnwritten(
      int series, FailureKind kind, long dueNanos, long beganNanos, long endNanos);

  /** A connection was opened: by TCP alone, TLS not included. */
  void connected(long beganNanos, long endNanos);

  /** TLS was agreed on over a connection. */
  void secured(long beganNanos, long endNanos);

  /** A request is answered, rightly or not, whose answer's first byte came at {@code firstByteNanos}. */
  void firstByte(long writtenNanos, long firstByteNanos);

  /** Lanes that were to be let go are gone, and stand where this tells. At least one. */
  void gone(List<LaneState> lanes);

  /** The newest iterations that users who stay have begun in the tick that is about to end. */
  void begun(Iterations iterations);

  /**
   * A tick has ended; what follows belongs to the next.
   *
   * @param tick counted from 0
   * @param users running when it ended
   * @param inFlight requests in flight when it ended
   * @param last whether nothing follows
   */
  void tickEnded(long tick, int users, int inFlight, boolean last);
}
