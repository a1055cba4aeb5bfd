package dev.muster.worker.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The users of one engine: who is there, and who comes when. Instants are the engine's. For one
 * thread.
 */
sealed interface Population permits ClosedPopulation, OpenPopulation {

  /** When the next user comes; {@link Long#MAX_VALUE} when nobody comes any more. */
  long nextNanos();

  /**
   * Lets the next user come. It lives from then on and is thinking.
   *
   * @return null when nobody lives for it: the user has yet to end what it did before, or there is no
   *     place for one more
   */
  @Nullable
  VirtualUser come();

  /**
   * Whether all users that are due come before anything else is done. Else they come one by one as the
   * engine gets to them, so that those who wait after a pause take no memory.
   */
  boolean comesAllAtOnce();

  /**
   * Takes a user that has nothing to do any more.
   *
   * @return whether it has a life to come, which it lives from now on
   */
  boolean rests(VirtualUser user);

  /** How many users are there at an instant that is not before the last change. */
  int runningAt(long nanos);

  /** Nobody comes any more, and no user has a life to come. */
  void stop();

  /** Lets {@code action} have each user that has ever come. */
  void forEach(Consumer<VirtualUser> action);
}
