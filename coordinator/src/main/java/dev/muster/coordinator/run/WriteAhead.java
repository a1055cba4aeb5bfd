package dev.muster.coordinator.run;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Keeps back what a run's rules want said to workers until the store knows what it follows from: else a
 * process that goes on with the run would know less than they do. Pure; for one thread.
 */
public final class WriteAhead {

  private final ArrayDeque<RunAction> ready = new ArrayDeque<>();
  private final ArrayDeque<RunAction> heldBack = new ArrayDeque<>();
  private boolean unsaved;

  /** The rules want this done, in this order. */
  public void add(List<RunAction> actions) {
    for (RunAction action : actions) {
      if (action instanceof RunAction.Save) {
        unsaved = true;
      } else if (isSaid(action)) {
        heldBack.add(action);
      } else {
        ready.add(action);
      }
    }
  }

  private static boolean isSaid(RunAction action) {
    return switch (action) {
      case RunAction.Prepare _,RunAction.Assign _,RunAction.Start _ -> true;
      case RunAction.Acknowledge _,RunAction.ChangeLoad _,RunAction.Stop _ -> true;
      case RunAction.Save _,RunAction.LeaveOut _,RunAction.DeclareLost _ -> false;
      case RunAction.LetIn _,RunAction.CountOnAgain _,RunAction.End _ -> false;
    };
  }

  /** Whether {@link RunMachine#saved} is to be stored, as soon as that can be done. */
  public boolean isUnsaved() {
    return unsaved;
  }

  /** It is stored as it is now. */
  public void saved() {
    unsaved = false;
  }

  /** The next thing that may be done, which is told of once; all but {@link RunAction.Save}. */
  public Optional<RunAction> next() {
    RunAction next = ready.poll();
    if (next == null && !unsaved) {
      next = heldBack.poll();
    }
    return Optional.ofNullable(next);
  }
}
