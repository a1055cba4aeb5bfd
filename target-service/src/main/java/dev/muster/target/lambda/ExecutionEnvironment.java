package dev.muster.target.lambda;

/**
 * One process that runs the function, for one invocation at a time, as on AWS. It ends with
 * {@link #close()}, which may be called by any thread at any time, and which takes a running
 * invocation with it.
 */
sealed interface ExecutionEnvironment extends AutoCloseable
    permits EmulatedEnvironment, OwnEnvironment {

  /**
   * The function's response to this event. The caller sees to it that no other invocation is under
   * way.
   *
   * @throws EnvironmentException if there is none, or not in time
   */
  byte[] invoke(byte[] event) throws EnvironmentException;

  /** Whether its process runs. */
  boolean isAlive();

  @Override
  void close();
}
