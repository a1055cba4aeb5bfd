package dev.muster.plan.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was changed about the load of a run while it was on: with it, the load is as pure a function as
 * without. A pause stops the load's own clock, by which profiles are written; so nothing that the plan has
 * due is left out or comes all at once, and what there is no time for before the end is not due at all:
 *
 * <pre>
 *   since the start   0 ────── 10 ── paused ── 14 ───────────── 30, the end
 *   load's clock      0 ────── 10              10 ───────────── 26
 * </pre>
 *
 * @param list in the order in which they hold; each pause but the last is ended by a resume
 */
public record LoadChanges(List<LoadChange> list) {

  /** The load as it is planned. */
  public static final LoadChanges NONE = new LoadChanges(List.of());

  /** Everybody is told all of them each time, and each user's life is found by going through them. */
  private static final int MOST = 1_000;

  public LoadChanges {
    list = List.copyOf(list);
    long before = 0;
    boolean paused = false;
    for (LoadChange change : list) {
      boolean fits = switch (change) {
        case LoadChange.Scale _ -> true;
        case LoadChange.Pause _ -> !paused;
        case LoadChange.Resume _ -> paused;
      };
      if (!fits || change.atNanos() < before) {
        throw new IllegalArgumentException(change + " after what was changed before");
      }
      paused = !(change instanceof LoadChange.Resume)
          && (paused || change instanceof LoadChange.Pause);
      before = change.atNanos();
    }
  }

  /**
   * These and one more, which {@link #refusal} has nothing against.
   *
   * @throws IllegalArgumentException if it cannot come after these
   */
  public LoadChanges with(LoadChange next) {
    var more = new ArrayList<>(list);
    more.add(next);
    return new LoadChanges(more);
  }

  /** Why {@code next} cannot be done to a load of {@code plan}, as a sentence without a full stop. */
  public Optional<String> refusal(LoadChange next, LoadProfile plan) {
    if (list.size() >= MOST) {
      return Optional.of("it has been changed " + MOST + " times, and more are not kept");
    }
    if (next.atNanos() >= plan.durationNanos()) {
      return Optional.of("its load is over, or about to be");
    }
    return switch (next) {
      case LoadChange.Scale _ when plan instanceof ArrivalProfile arrivals -> Optional.of(
          String.format(
              Locale.ROOT,
              "its plan lets %s users arrive in a second, whatever their number; only a load of users "
                  + "who stay (load.users) can be scaled",
              arrivals.rate().perSecond().stripTrailingZeros().toPlainString()));
      case LoadChange.Scale _ -> Optional.empty();
      case LoadChange.Pause _ ->
        isPaused() ? Optional.of("it is paused already") : Optional.empty();
      case LoadChange.Resume _ -> isPaused() ? Optional.empty() : Optional.of("it is not paused");
    };
  }

  /** Whether there is a pause that has no end yet. */
  public boolean isPaused() {
    return list.stream()
        .filter(change -> !(change instanceof LoadChange.Scale))
        .reduce((_, later) -> later)
        .filter(LoadChange.Pause.class::isInstance)
        .isPresent();
  }

  /** Those that change the number of users. */
  public List<LoadChange> scales() {
    return list.stream().filter(LoadChange.Scale.class::isInstance).toList();
  }

  /** When the load's clock stands still. */
  public LoadClock clock() {
    return LoadClock.of(list);
  }

  /** Who runs when, by the load's clock, in a load of {@code plan}. */
  public LoadProfile appliedTo(LoadProfile plan) {
    LoadProfile changed = plan;
    LoadClock clock = clock();
    for (LoadChange change : list) {
      if (change instanceof LoadChange.Scale(long at, int users)
          && changed instanceof UserProfile before) {
        changed = new ScaledProfile(before, clock.loadNanos(at), users);
      }
    }
    return changed;
  }
}
