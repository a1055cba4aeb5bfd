package dev.muster.target;

/** The customer API, running in one of its architectures. */
public interface Target extends AutoCloseable {
  /** The port of the customer API, also where the options left the choice open. */
  int port();

  /** The port of the counts, also where the options left the choice open. */
  int adminPort();

  /** Stops all of it; returns when nothing of it is left. */
  @Override
  void close();
}
