package dev.muster.worker.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one run that this worker has. It is told what it is to have, under epochs, and tells what to
 * do about it. Pure; for one thread.
 */
final class HeldLanes {

  /**
   * What an assignment asks for.
   *
   * @param begin lanes that begin with the run
   * @param take lanes that other workers had
   * @param letGo lanes to let go when that leaves no trace
   * @param drop lanes that are somebody else's already
   * @param gone lanes that are not here, and where they stand, for who was to take them over from here
   */
  record Change(
      List<Integer> begin, List<LaneState> take, List<Integer> letGo, List<Integer> drop,
      List<LaneState> gone) {}

  private static final Change NONE = new Change(
      List.of(), List.of(), List.of(), List.of(), List.of());

  private final BitSet held = new BitSet();

  /** Those of {@link #held} that have been asked to go. */
  private final BitSet leaving = new BitSet();

  /** Those that are somebody else's, and wait here for their last answer. */
  private final BitSet dropping = new BitSet();

  /** By lane, those that come back before they are gone. */
  private final Map<Integer, LaneState> comingBack = new HashMap<>();

  /** By lane, those that are gone and may have to be told of again. */
  private final Map<Integer, LaneState> gone = new HashMap<>();

  private long epoch;

  /** The newest assignment that was not ignored; 0 before the first. */
  long epoch() {
    return epoch;
  }

  /** What to do about an assignment; nothing, if it is not newer than all before it. */
  Change assign(long newEpoch, Share share, Share toLetGo, List<LaneState> states) {
    if (newEpoch <= epoch) {
      return NONE;
    }
    epoch = newEpoch;
    Map<Integer, LaneState> stateOf = states.stream()
        .collect(Collectors.toMap(LaneState::lane, Function.identity(), (_, newer) -> newer));
    var change = new Change(
        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
        new ArrayList<>());
    var named = new BitSet();
    share.lanes().forEach(lane -> {
      named.set(lane);
      keepOrTake(lane, stateOf.get(lane), change);
    });
    toLetGo.lanes().forEach(lane -> {
      named.set(lane);
      letGo(lane, stateOf.get(lane), change);
    });
    var dropped = (BitSet) held.clone();
    dropped.andNot(named);
    dropped.stream().forEach(change.drop()::add);
    held.andNot(dropped);
    leaving.andNot(dropped);
    dropping.or(dropped);
    comingBack.keySet().removeIf(dropped::get);
    return change;
  }

  private void keepOrTake(int lane, @Nullable LaneState state, Change change) {
    if (held.get(lane)) {
      return;
    }
    held.set(lane);
    LaneState own = gone.remove(lane);
    if (dropping.get(lane)) {
      comingBack.put(lane, state == null ? LaneState.lost(lane, 0) : state);
    } else if (state != null) {
      change.take().add(state);
    } else if (own != null) {
      change.take().add(own);
    } else {
      change.begin().add(lane);
    }
  }

  private void letGo(int lane, @Nullable LaneState state, Change change) {
    LaneState back = comingBack.remove(lane);
    if (back != null) {
      held.clear(lane);
      gone.put(lane, back);
    }
    if (held.get(lane)) {
      if (!leaving.get(lane)) {
        leaving.set(lane);
        change.letGo().add(lane);
      }
      return;
    }
    LaneState stands = gone.get(lane);
    if (stands == null) {
      // It was to come here, and its state was on the way; or it had not begun.
      stands = state == null ? LaneState.lost(lane, 0) : state;
      gone.put(lane, stands);
    }
    change.gone().add(stands);
  }

  /** What to do now that a lane has left its event loop, standing at {@code state}. */
  Change left(LaneState state) {
    int lane = state.lane();
    LaneState back = comingBack.remove(lane);
    dropping.clear(lane);
    if (back != null) {
      return new Change(List.of(), List.of(back), List.of(), List.of(), List.of());
    }
    if (leaving.get(lane)) {
      leaving.clear(lane);
      held.clear(lane);
      gone.put(lane, state);
      return new Change(List.of(), List.of(), List.of(), List.of(), List.of(state));
    }
    return NONE;
  }

  /** All that it has let go and does not have again: to be said once more over a new link. */
  List<LaneState> gone() {
    return List.copyOf(gone.values());
  }
}
