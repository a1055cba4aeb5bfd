package dev.muster.wire;

import dev.muster.plan.load.LoadChange;
import java.util.Optional;

/** What was changed about a load while it was on. */
public final class LoadChangeMessages {

  private LoadChangeMessages() {}

  /** A change, as a message. */
  public static dev.muster.v1.LoadChange written(LoadChange change) {
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

  /**
   * The change that was {@link #written}; empty for one of a later version, which is not known here.
   *
   * @throws IllegalArgumentException if a number cannot be one
   */
  public static Optional<LoadChange> read(dev.muster.v1.LoadChange message) {
    return switch (message.getKind()) {
      case KIND_SCALE -> Optional.of(
          new LoadChange.Scale(message.getAtNanos(), message.getUsers()));
      case KIND_PAUSE -> Optional.of(new LoadChange.Pause(message.getAtNanos()));
      case KIND_RESUME -> Optional.of(new LoadChange.Resume(message.getAtNanos()));
      case KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
