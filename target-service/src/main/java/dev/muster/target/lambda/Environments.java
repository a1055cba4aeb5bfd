package dev.muster.target.lambda;

import dev.muster.target.process.ProcessException;

/** Where execution environments come from. Safe for use by many threads. */
sealed interface Environments extends AutoCloseable permits EmulatedEnvironments, RuntimeApi {
  /**
   * Starts one; returns when it can be invoked.
   *
   * @throws ProcessException if it cannot be started
   */
  ExecutionEnvironment start();

  /** Ends what the environments shared; they themselves are closed before. */
  @Override
  void close();
}
