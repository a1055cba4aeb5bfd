package dev.muster.coordinator.store;

import dev.muster.plan.load.LoadChange;
import java.util.Optional;

/**
 * What somebody did to a run while it was on, or what happened to it.
 *
 * @param atNanos from when on it held, since the start instant
 * @param users the number that was set, of {@link Kind#SCALED}; else 0
 * @param said what happened, of {@link Kind#TOLD}; else empty
 */
public record StoredEvent(Kind kind, long atNanos, int users, String said) {

  /** What somebody did. */
  public StoredEvent(Kind kind, long atNanos, int users) {
    this(kind, atNanos, users, "");
  }

  /**
   * What happened.
   *
   * @param said as a sentence that begins small, without a full stop
   */
  public static StoredEvent told(long atNanos, String said) {
    return new StoredEvent(Kind.TOLD, atNanos, 0, said);
  }

  /** What was done; stored by name. */
  public enum Kind {
    /** It has another number of users. */
    SCALED,
    /** Its load is held. */
    PAUSED,
    /** Its load goes on. */
    RESUMED,
    /** Its load ends, and requests in flight are waited for. */
    STOPPED,
    /** As before, and nothing is waited for. */
    STOPPED_AT_ONCE,
    /** Nobody did anything to it: something happened, in words of its own. */
    TOLD
  }

  /** A change of its load. */
  public static StoredEvent of(LoadChange change) {
    return switch (change) {
      case LoadChange.Scale(long at, int users) -> new StoredEvent(Kind.SCALED, at, users);
      case LoadChange.Pause(long at) -> new StoredEvent(Kind.PAUSED, at, 0);
      case LoadChange.Resume(long at) -> new StoredEvent(Kind.RESUMED, at, 0);
    };
  }

  /** What it changes about the load; nothing, where it is the load's end. */
  public Optional<LoadChange> change() {
    return switch (kind) {
      case SCALED -> Optional.of(new LoadChange.Scale(atNanos, users));
      case PAUSED -> Optional.of(new LoadChange.Pause(atNanos));
      case RESUMED -> Optional.of(new LoadChange.Resume(atNanos));
      case STOPPED, STOPPED_AT_ONCE, TOLD -> Optional.empty();
    };
  }

  /** What was done, in words that follow the run's name; or what happened. */
  public String words() {
    return switch (kind) {
      case SCALED -> "scaled to " + users + (users == 1 ? " user" : " users");
      case PAUSED -> "paused";
      case RESUMED -> "resumed";
      case STOPPED -> "stopped";
      case STOPPED_AT_ONCE -> "stopped at once";
      case TOLD -> said;
    };
  }
}
