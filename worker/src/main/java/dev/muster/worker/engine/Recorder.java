package dev.muster.worker.engine;

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
   * @param beganNanos when work on it began
   * @param endNanos when its last byte had come
   */
  void answered(int series, long bodyBytes, long dueNanos, long beganNanos, long endNanos);

  /**
   * A request was answered, but not rightly; the rest as in {@link #answered}.
   *
   * @param refusal why, in one word such as {@code status_503} or {@code check_body}
   */
  void refused(
      int series, String refusal, long bodyBytes, long dueNanos, long beganNanos, long endNanos);

  /** A request ended without a whole answer; the rest as in {@link #answered}. */
  void failed(int series, FailureKind kind, long dueNanos, long beganNanos, long endNanos);

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
