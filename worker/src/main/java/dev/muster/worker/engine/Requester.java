package dev.muster.worker.engine;

/**
 * Sends the requests of one event loop's users. It tells the engine how each ends by {@link
 * LoadEngine#answered} or {@link LoadEngine#failed}, exactly once and on the engine's thread, unless
 * it is abandoned; it may do so before {@link #send} returns.
 */
public interface Requester {

  /**
   * Sends a request. When a connection must be opened first, calls {@link LoadEngine#written} as soon
   * as it is and the request's first byte is written, which may be before this returns; else the
   * request counts as written when it was begun.
   *
   * @return whether a connection is still being opened
   */
  boolean send(Exchange exchange);

  /** Drops a request in flight, with its connection; the engine wants to hear no more of it. */
  void abandon(Exchange exchange);

  /** Says that a user will send nothing for a while, or is gone; a connection of its own may close. */
  void rest(int slot);
}
