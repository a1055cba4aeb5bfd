package dev.muster.worker.run;

import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.ChangeLoad;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Leave;
import dev.muster.v1.Notice;
import dev.muster.wire.LoadChangeMessages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does, as a function of events. It forgets nothing that is not stored, begins no run twice,
 * and does nothing in a lane that is somebody else's. Every word to it may be said twice. For one thread.
 */
public final class WorkerRules {

  private final String id;
  private final Map<String, RunPart> parts = new LinkedHashMap<>();

  /** What others of this host have left behind. */
  private final Map<PartId, SnapshotOutbox> inherited = new LinkedHashMap<>();

  /** Runs that are over, lest a word that is repeated begin one again. */
  private final Set<String> past = new HashSet<>();

  /** What is known of this machine's end. */
  private @Nullable Notice notice;

  private boolean welcome;
  private boolean leaving;
  private boolean ended;

  /** @param id of this worker, under which its parts are kept */
  public WorkerRules(String id) {
    this.id = id;
  }

  /** What to do now that {@code event} has happened. */
  public List<WorkerAction> on(WorkerEvent event) {
    var actions = new ArrayList<WorkerAction>();
    switch (event) {
      case WorkerEvent.Said(JoinResponse message) -> said(message, actions);
      case WorkerEvent.LinkBroke() -> {
        welcome = false;
        parts.values().forEach(RunPart::linkBroke);
        inherited.values().forEach(SnapshotOutbox::linkBroke);
      }
      case WorkerEvent.Orphaned() -> {
        if (!welcome) {
          parts.values().forEach(part -> part.standStill(actions));
        }
      }
      case WorkerEvent.TooMuchIsKept(String run) -> endLoad(run, -1, actions);
      case WorkerEvent.Inherited(PartId of, long first, long last) -> inherit(
          of, new SnapshotOutbox.Span(first, last), actions);
      case WorkerEvent.LeaveAsked() -> leave(actions);
      case WorkerEvent.Noticed(long taken, String reason) -> noticed(taken, reason, actions);
      case WorkerEvent.MadeReady(String run, String problem) -> madeReady(run, problem, actions);
      case WorkerEvent.TickEnded(String run, var snapshot) -> {
        RunPart part = parts.get(run);
        if (part != null) {
          part.ended(snapshot, actions);
        }
      }
      case WorkerEvent.LanesLeft(String run, var lanes) -> {
        RunPart part = parts.get(run);
        if (part != null) {
          part.left(lanes, actions);
        }
      }
    }
    if (leaving && parts.isEmpty() && inherited.isEmpty() && !ended) {
      ended = true;
      actions.add(new WorkerAction.End());
    }
    // What is not said now is said on Welcome, in order; nothing may overtake it.
    if (!welcome) {
      actions.removeIf(WorkerAction.Say.class::isInstance);
    }
    return actions;
  }

  /** The runs that it has a part in now. */
  public List<String> runs() {
    return List.copyOf(parts.keySet());
  }

  /** Whether anything may be said: a coordinator has said Welcome over the link that is open now. */
  public boolean isWelcome() {
    return welcome;
  }

  /** The newest assignment in a run that it has acted on; 0 for none. */
  public long epoch(String run) {
    RunPart part = parts.get(run);
    return part == null ? 0 : part.epoch();
  }

  /** How many changes of a run's load it has heard of. */
  public int changes(String run) {
    RunPart part = parts.get(run);
    return part == null ? 0 : part.changes();
  }

  private void said(JoinResponse message, List<WorkerAction> actions) {
    switch (message.getMessageCase()) {
      case WELCOME -> {
        welcome = true;
        if (notice != null) {
          sayNotice(notice, actions);
        }
        if (leaving) {
          sayLeave(actions);
        }
        parts.values().forEach(part -> part.sayAgain(actions));
        inherited.forEach((of, outbox) -> {
          outbox.linkIsNew();
          RunPart.deliver(of, outbox, actions);
        });
      }
      case DISMISS -> leave(actions);
      case PREPARE -> prepare(message, actions);
      case ASSIGN -> {
        RunPart part = parts.get(message.getAssign().getRunId());
        if (part != null) {
          part.assign(message.getAssign(), actions);
        }
      }
      case CHANGE_LOAD -> {
        RunPart part = parts.get(message.getChangeLoad().getRunId());
        if (part != null) {
          part.change(changes(message.getChangeLoad()), actions);
        }
      }
      case START -> {
        RunPart part = parts.get(message.getStart().getRunId());
        if (part != null) {
          part.begin(message.getStart().getStartUnixNanos(), actions);
        }
      }
      case ACKNOWLEDGE -> acknowledged(message.getAcknowledge(), actions);
      case STOP -> {
        String run = message.getStop().getRunId();
        RunPart part = parts.get(run);
        if (part != null && !part.isBegun()) {
          forget(run, actions);
        } else {
          endLoad(run, message.getStop().getDrainNanos(), actions);
        }
      }
      case CLOCK_PROBE, STAY, MESSAGE_NOT_SET -> {
        // Not for the rules; or of a kind not known here.
      }
    }
  }

  /** Those up to the first that this worker knows nothing of, as it is from a later version. */
  private static LoadChanges changes(ChangeLoad message) {
    var changes = new ArrayList<LoadChange>();
    for (var each : message.getChangesList()) {
      Optional<LoadChange> change = LoadChangeMessages.read(each);
      if (change.isEmpty()) {
        break;
      }
      changes.add(change.get());
    }
    return new LoadChanges(changes);
  }

  private void acknowledged(Acknowledge message, List<WorkerAction> actions) {
    String run = message.getRunId();
    if (!message.getWorkerId().isEmpty() && !message.getWorkerId().equals(id)) {
      var of = new PartId(message.getWorkerId(), run);
      SnapshotOutbox outbox = inherited.get(of);
      if (outbox != null) {
        outbox.acknowledged(message.getSequence());
        RunPart.deliver(of, outbox, actions);
        if (outbox.isDone()) {
          inherited.remove(of);
          actions.add(new WorkerAction.Forget(of));
        }
      }
      return;
    }
    RunPart part = parts.get(run);
    if (part != null) {
      part.acknowledged(message.getSequence(), actions);
      if (part.isDone()) {
        forget(run, actions);
      }
    }
  }

  private void endLoad(String run, long drainNanos, List<WorkerAction> actions) {
    RunPart part = parts.get(run);
    if (part != null && part.isBegun()) {
      actions.add(new WorkerAction.EndLoad(run, drainNanos));
    }
  }

  private void inherit(PartId of, SnapshotOutbox.Span kept, List<WorkerAction> actions) {
    if (!inherited.containsKey(of)) {
      SnapshotOutbox outbox = SnapshotOutbox.of(kept);
      inherited.put(of, outbox);
      if (welcome) {
        outbox.linkIsNew();
      }
      RunPart.deliver(of, outbox, actions);
    }
  }

  private void noticed(long takenUnixNanos, String reason, List<WorkerAction> actions) {
    if (notice != null && notice.getTakenUnixNanos() != 0 && takenUnixNanos == 0) {
      return; // It is known when; that it is likely is no news.
    }
    notice = Notice.newBuilder().setTakenUnixNanos(takenUnixNanos).setReason(reason).build();
    sayNotice(notice, actions);
    if (takenUnixNanos != 0) {
      leave(actions);
    }
  }

  private static void sayNotice(Notice notice, List<WorkerAction> actions) {
    actions.add(new WorkerAction.Say(JoinRequest.newBuilder().setNotice(notice).build()));
  }

  private void leave(List<WorkerAction> actions) {
    leaving = true;
    sayLeave(actions);
  }

  private static void sayLeave(List<WorkerAction> actions) {
    actions.add(
        new WorkerAction.Say(
            JoinRequest.newBuilder().setLeave(Leave.getDefaultInstance()).build()));
  }

  private void prepare(JoinResponse message, List<WorkerAction> actions) {
    String run = message.getPrepare().getRunId();
    RunPart known = parts.get(run);
    if (leaving && !parts.containsKey(run)) {
      actions.add(RunPart.say(run, "it is about to leave"));
    } else if (past.contains(run)) {
      actions.add(RunPart.say(run, ""));
    } else if (known != null) {
      known.sayReady(actions);
    } else {
      parts.put(run, new RunPart(new PartId(id, run)));
      actions.add(new WorkerAction.MakeReady(message.getPrepare()));
    }
  }

  private void madeReady(String run, String problem, List<WorkerAction> actions) {
    RunPart part = parts.get(run);
    if (part == null) {
      return;
    }
    if (problem.isEmpty()) {
      part.ready(actions);
    } else {
      parts.remove(run);
      actions.add(RunPart.say(run, problem));
    }
  }

  private void forget(String run, List<WorkerAction> actions) {
    parts.remove(run);
    past.add(run);
    actions.add(new WorkerAction.Forget(new PartId(id, run)));
  }
}
