package dev.muster.coordinator.run;

import dev.muster.plan.load.LaneState;
import dev.muster.v1.LanePlace;

/** Where lanes stand, as the wire and the store have it. */
final class LaneStates {

  private LaneStates() {}

  static dev.muster.v1.LaneState written(LaneState state) {
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

  /** @throws IllegalArgumentException if a number cannot be one */
  static LaneState read(dev.muster.v1.LaneState message) {
    return new LaneState(
        message.getLane(), message.getIteration(), message.getDueNanos(),
        message.hasPlace()
            ? new LaneState.Place(
                message.getPlace().getBeganNanos(), message.getPlace().getTask(),
                message.getPlace().getStep(), message.getPlace().getRandom())
            : null);
  }
}
