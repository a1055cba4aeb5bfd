package dev.muster.worker.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one run that this worker has to do with. It is told what it is to have, under epochs, and
 * tells what to do about it. Pure; for one thread.
 *
 * <p>Each lane is in the load, leaves it, or is outside; apart from that it is to be there or not. A lane
 * that leaves takes as long as its last answer, and what is wanted of it may change meanwhile.
 */
final class HeldLanes {

  /**
   * What an assignment asks for.
   *
   * @param begin lanes that begin with the run
   * @param take lanes that go on from where they stand
   * @param letGo lanes to let go when that leaves no trace
   * @param drop lanes to let go at once
   * @param gone lanes that are outside, and where they stand, for who was to take them over from here
   */
  record Change(
      List<Integer> begin, List<LaneState> take, List<Integer> letGo, List<Integer> drop,
      List<LaneState> gone) {

    private static Change none() {
      return new Change(
          new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
          new ArrayList<>());
    }
  }

  /** What is wanted of a lane. */
  private enum Want {
    /** It is this worker's. */
    RUN,
    /** It is this worker's, and stands still. */
    STAND,
    /** It is to be told of when it is outside. */
    LET_GO,
    /** It is somebody else's. */
    NOTHING
  }

  private static final class Lane {

    private Want want = Want.NOTHING;
    private boolean inLoad;

    /** Whether the load was asked to let go of it. */
    private boolean leaves;

    /** From where to go on, here or elsewhere, as far as that is known. */
    private @Nullable LaneState stands;
  }

  private final Map<Integer, Lane> lanes = new TreeMap<>();
  private long epoch;

  /** The newest assignment that was not ignored; 0 before the first. */
  long epoch() {
    return epoch;
  }

  /** What to do about an assignment; nothing, if it is not newer than all before it. */
  Change assign(long newEpoch, Share share, Share toLetGo, List<LaneState> states) {
    Change change = Change.none();
    if (newEpoch <= epoch) {
      return change;
    }
    epoch = newEpoch;
    Map<Integer, LaneState> stateOf = states.stream()
        .collect(Collectors.toMap(LaneState::lane, Function.identity(), (_, newer) -> newer));
    Set<Integer> named = new HashSet<>();
    share.lanes().forEach(lane -> {
      named.add(lane);
      have(lane, stateOf.get(lane), change);
    });
    toLetGo.lanes().forEach(lane -> {
      named.add(lane);
      letGo(lane, stateOf.get(lane), change);
    });
    lanes.forEach((number, lane) -> {
      if (!named.contains(number)) {
        drop(number, lane, change);
      }
    });
    lanes.values().removeIf(lane -> lane.want == Want.NOTHING && !lane.inLoad);
    return change;
  }

  private void have(int number, @Nullable LaneState state, Change change) {
    Lane lane = lanes.get(number);
    if (lane == null) {
      lane = new Lane();
      lanes.put(number, lane);
      lane.want = Want.RUN;
      if (state == null) {
        lane.inLoad = true;
        change.begin().add(number);
        return;
      }
    }
    if (lane.inLoad && !lane.leaves) {
      return;
    }
    lane.stands = newer(lane.stands, state);
    if (lane.want != Want.STAND) {
      lane.want = Want.RUN;
      takeIfOutside(lane, change);
    }
  }

  /** What is told may be from before this worker had the lane, or from after. */
  private static @Nullable LaneState newer(@Nullable LaneState own, @Nullable LaneState told) {
    return own == null || (told != null && told.isBeyond(own)) ? told : own;
  }

  private static void takeIfOutside(Lane lane, Change change) {
    LaneState stands = lane.stands;
    if (!lane.inLoad && stands != null) {
      lane.inLoad = true;
      lane.stands = null;
      change.take().add(stands);
    }
  }

  private void letGo(int number, @Nullable LaneState state, Change change) {
    Lane lane = lanes.computeIfAbsent(number, _ -> new Lane());
    lane.want = Want.LET_GO;
    if (lane.inLoad && !lane.leaves) {
      lane.leaves = true;
      change.letGo().add(number);
    } else if (!lane.inLoad) {
      lane.stands = newer(lane.stands, state);
      if (lane.stands == null) {
        // It had not begun.
        lane.stands = LaneState.lost(number, 0);
      }
    }
    if (lane.stands != null) {
      change.gone().add(lane.stands);
    }
  }

  private static void drop(int number, Lane lane, Change change) {
    if (lane.inLoad && (!lane.leaves || lane.want == Want.LET_GO)) {
      lane.leaves = true;
      change.drop().add(number);
    }
    lane.want = Want.NOTHING;
    lane.stands = null;
  }

  /** What to do now that a lane has left the load, standing at {@code state}. */
  Change left(LaneState state) {
    Change change = Change.none();
    Lane lane = lanes.get(state.lane());
    if (lane == null) {
      return change;
    }
    lane.inLoad = false;
    lane.leaves = false;
    boolean isTold = lane.stands != null;
    if (lane.stands == null) {
      lane.stands = state;
    }
    switch (lane.want) {
      case RUN -> takeIfOutside(lane, change);
      case STAND -> {
        // Until it is to go on.
      }
      case LET_GO -> {
        if (!isTold) {
          change.gone().add(state);
        }
      }
      case NOTHING -> lanes.remove(state.lane());
    }
    return change;
  }

  /** Lets all lanes stand still; those to let go at once for that. */
  List<Integer> standStill() {
    var letGo = new ArrayList<Integer>();
    lanes.forEach((number, lane) -> {
      if (lane.want == Want.RUN) {
        lane.want = Want.STAND;
        if (lane.inLoad && !lane.leaves) {
          lane.leaves = true;
          letGo.add(number);
        }
      }
    });
    return letGo;
  }

  /** Lets lanes that stand still go on; those to take for that. */
  List<LaneState> goOn() {
    Change change = Change.none();
    for (Lane lane : lanes.values()) {
      if (lane.want == Want.STAND) {
        lane.want = Want.RUN;
        takeIfOutside(lane, change);
      }
    }
    return change.take().stream().map(HeldLanes::fromNow).toList();
  }

  /** Who has begun nothing begins now: arrivals that were due meanwhile are nobody's. */
  private static LaneState fromNow(LaneState stands) {
    return stands.iteration() == 0 && stands.place() == null
        ? LaneState.lost(stands.lane(), 0)
        : stands;
  }

  /** All that it has let go and that may not be known of: to be said once more over a new link. */
  List<LaneState> gone() {
    var gone = new ArrayList<LaneState>();
    for (Lane lane : lanes.values()) {
      if (lane.want == Want.LET_GO && lane.stands != null) {
        gone.add(lane.stands);
      }
    }
    return gone;
  }
}
