package dev.muster.worker.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.LanePlace;
import dev.muster.v1.LaneRange;
import dev.muster.v1.LetGo;
import java.util.List;

/** Lanes, as the wire has them. */
final class Lanes {

  private Lanes() {}

  static Share share(List<LaneRange> ranges) {
    return new Share(
        ranges.stream()
            .map(range -> new Share.Range(range.getFirst(), range.getEnd(), range.getStride()))
            .toList());
  }

  static List<LaneState> states(List<dev.muster.v1.LaneState> messages) {
    return messages.stream()
        .map(
            state -> new LaneState(
                state.getLane(), state.getIteration(), state.getDueNanos(),
                state.hasPlace()
                    ? new LaneState.Place(
                        state.getPlace().getBeganNanos(), state.getPlace().getTask(),
                        state.getPlace().getStep(), state.getPlace().getRandom())
                    : null))
        .toList();
  }

  static JoinRequest letGo(String run, List<LaneState> lanes) {
    var message = LetGo.newBuilder().setRunId(run);
    for (LaneState lane : lanes) {
      var state = dev.muster.v1.LaneState.newBuilder()
          .setLane(lane.lane())
          .setIteration(lane.iteration())
          .setDueNanos(lane.dueNanos());
      LaneState.Place place = lane.place();
      if (place != null) {
        state.setPlace(
            LanePlace.newBuilder()
                .setBeganNanos(place.beganNanos())
                .setTask(place.task())
                .setStep(place.step())
                .setRandom(place.random()));
      }
      message.addLanes(state);
    }
    return JoinRequest.newBuilder().setLetGo(message).build();
  }
}
