package dev.muster.worker.run;

import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.ChangeLoad;
import java.util.ArrayList;

/** Changes of a load, as the wire has them. */
final class Changes {

  private Changes() {}

  /** Those up to the first that this worker knows nothing of, as it is from a later version. */
  static LoadChanges of(ChangeLoad message) {
    var changes = new ArrayList<LoadChange>();
    for (var change : message.getChangesList()) {
      switch (change.getKind()) {
        case KIND_SCALE -> changes.add(
            new LoadChange.Scale(change.getAtNanos(), change.getUsers()));
        case KIND_PAUSE -> changes.add(new LoadChange.Pause(change.getAtNanos()));
        case KIND_RESUME -> changes.add(new LoadChange.Resume(change.getAtNanos()));
        case KIND_UNSPECIFIED, UNRECOGNIZED -> {
          return new LoadChanges(changes);
        }
      }
    }
    return new LoadChanges(changes);
  }
}
