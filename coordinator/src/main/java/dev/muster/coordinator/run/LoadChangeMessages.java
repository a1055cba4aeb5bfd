package dev.muster.coordinator.run;

import dev.muster.plan.load.LoadChange;

/** What was changed about a load, as the wire and the store have it. */
final class LoadChangeMessages {

  private LoadChangeMessages() {}

  static dev.muster.v1.LoadChange written(LoadChange change) {
    var message = dev.muster.v1.LoadChange.newBuilder().setAtNanos(change.atNanos());
    return switch (change) {
      case LoadChange.Scale(long _, int users) -> message
          .setKind(dev.muster.v1.LoadChange.Kind.KIND_SCALE)
          .setUsers(users)
          .build();
      case LoadChange.Pause _ -> message
          .setKind(dev.muster.v1.LoadChange.Kind.KIND_PAUSE)
          .build();
      case LoadChange.Resume _ -> message
          .setKind(dev.muster.v1.LoadChange.Kind.KIND_RESUME)
          .build();
    };
  }

  /** @throws IllegalArgumentException if it is no change that is known here */
  static LoadChange read(dev.muster.v1.LoadChange message) {
    return switch (message.getKind()) {
      case KIND_SCALE -> new LoadChange.Scale(message.getAtNanos(), message.getUsers());
      case KIND_PAUSE -> new LoadChange.Pause(message.getAtNanos());
      case KIND_RESUME -> new LoadChange.Resume(message.getAtNanos());
      case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
          "an unknown change of the load");
    };
  }
}
