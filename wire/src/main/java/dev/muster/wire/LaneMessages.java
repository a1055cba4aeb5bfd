package dev.muster.wire;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import dev.muster.v1.LanePlace;
import dev.muster.v1.LaneRange;
import java.util.List;

/** Which lanes somebody has, and where they stand. */
public final class LaneMessages {

  private LaneMessages() {}

  /** A share, as ranges. */
  public static List<LaneRange> written(Share share) {
    return share.ranges()
        .stream()
        .map(
            range -> LaneRange.newBuilder()
                .setFirst(range.first())
                .setEnd(range.end())
                .setStride(range.stride())
                .build())
        .toList();
  }

  /**
   * The share that {@code ranges} are.
   *
   * @throws IllegalArgumentException if they cannot be one
   */
  public static Share share(List<LaneRange> ranges) {
    return new Share(
        ranges.stream()
            .map(range -> new Share.Range(range.getFirst(), range.getEnd(), range.getStride()))
            .toList());
  }

  /** Where a lane stands. */
  public static dev.muster.v1.LaneState written(LaneState state) {
    var message = dev.muster.v1.LaneState.newBuilder()
        .setLane(state.lane())
        .setIteration(state.iteration())
        .setDueNanos(state.dueNanos());
    LaneState.Place place = state.place();
    if (place != null) {
      message.setPlace(
          LanePlace.newBuilder()
              .setBeganNanos(place.beganNanos())
              .setTask(place.task())
              .setStep(place.step())
              .setRandom(place.random()));
    }
    return message.build();
  }

  /**
   * Where a lane stands, as it was {@link #written}.
   *
   * @throws IllegalArgumentException if a number cannot be one
   */
  public static LaneState read(dev.muster.v1.LaneState message) {
    return new LaneState(
        message.getLane(), message.getIteration(), message.getDueNanos(),
        message.hasPlace()
            ? new LaneState.Place(
                message.getPlace().getBeganNanos(), message.getPlace().getTask(),
                message.getPlace().getStep(), message.getPlace().getRandom())
            : null);
  }
}
