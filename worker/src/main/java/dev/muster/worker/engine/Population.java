package dev.muster.worker.engine;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadProfile;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The users of one engine: who is there, and who comes when. Instants are the load's, which stand still
 * in its pauses. For one thread.
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
   * @param toTheEnd whether it would have been there to the end of the load
   * @return whether it has a life to come, which it lives from now on
   */
  boolean rests(VirtualUser user, boolean toTheEnd);

  /**
   * How many users are there at an instant that is not before the last change.
   *
   * @param loadIsOver whether that is the end of the load or later
   */
  int runningAt(long nanos, boolean loadIsOver);

  /**
   * Takes over lanes from other workers.
   *
   * @return the users of them that are there and thinking from now on
   */
  List<VirtualUser> take(List<LaneState> lanes, long nowNanos);

  /** The user of a lane that has ever come, where users stay; null when there is none such. */
  @Nullable
  VirtualUser userOf(int lane);

  /**
   * Lets go of a lane. Its user, if there is one, must not be waiting for an answer, and does nothing any
   * more.
   *
   * @param soonNanos in the open model, from when on arrivals are no longer for this engine
   * @return how who takes it over goes on with it; nothing where it has gone before
   */
  List<LaneState> letGo(int lane, long nowNanos, long soonNanos);

  /**
   * Users run as {@code profile} says from now on. Those whose life is over by it have nothing to do any
   * more; where it lasts longer than they knew, they go on.
   *
   * @return the users that go on though they had nothing to do, and are thinking from now on
   */
  List<VirtualUser> change(LoadProfile profile, long nowNanos);

  /** The iterations that users who stay have begun since the last call. */
  Iterations begun();

  /** Nobody comes any more, and no user has a life to come. */
  void stop();

  /** Lets {@code action} have each user that has ever come. */
  void forEach(Consumer<VirtualUser> action);
}
