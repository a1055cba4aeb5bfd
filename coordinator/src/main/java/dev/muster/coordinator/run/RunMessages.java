package dev.muster.coordinator.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.Assign;
import dev.muster.v1.ChangeLoad;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.LetGo;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.Start;
import dev.muster.v1.Stop;
import dev.muster.wire.LaneMessages;
import dev.muster.wire.LoadChangeMessages;
import java.util.List;

/** What a run's rules want said, and hear, as the wire has it. */
public final class RunMessages {

  private RunMessages() {}

  /** Asks a worker to make ready. */
  public static JoinResponse prepare(String run, PlanDocument document, int runIndex) {
    return JoinResponse.newBuilder()
        .setPrepare(
            Prepare.newBuilder().setRunId(run).setDocument(document).setRunIndex(runIndex))
        .build();
  }

  /** Gives a worker its lanes. */
  public static JoinResponse assign(String run, LaneTable.Grant grant) {
    var assign = Assign.newBuilder()
        .setRunId(run)
        .setEpoch(grant.epoch())
        .addAllLanes(LaneMessages.written(grant.share()))
        .addAllLetGo(LaneMessages.written(grant.letGo()));
    grant.states().forEach(state -> assign.addStates(LaneMessages.written(state)));
    return JoinResponse.newBuilder().setAssign(assign).build();
  }

  /**
   * Lanes that a worker has let go.
   *
   * @throws IllegalArgumentException if a number cannot be one
   */
  public static List<LaneState> lanes(LetGo message) {
    return message.getLanesList().stream().map(LaneMessages::read).toList();
  }

  /** Tells the start instant, by the clock of the worker that hears it. */
  public static JoinResponse start(String run, long startUnixNanos) {
    return JoinResponse.newBuilder()
        .setStart(Start.newBuilder().setRunId(run).setStartUnixNanos(startUnixNanos))
        .build();
  }

  /** Tells all that was changed about a load. */
  public static JoinResponse change(String run, LoadChanges changes) {
    var message = ChangeLoad.newBuilder().setRunId(run);
    changes.list().forEach(change -> message.addChanges(LoadChangeMessages.written(change)));
    return JoinResponse.newBuilder().setChangeLoad(message).build();
  }

  /** Says that snapshots are stored. */
  public static JoinResponse acknowledge(String run, long sequence) {
    return JoinResponse.newBuilder()
        .setAcknowledge(Acknowledge.newBuilder().setRunId(run).setSequence(sequence))
        .build();
  }

  /** Says that snapshots are stored which {@code worker} measured, to one who delivers them for it. */
  public static JoinResponse acknowledge(String run, String worker, long sequence) {
    return JoinResponse.newBuilder()
        .setAcknowledge(
            Acknowledge.newBuilder().setRunId(run).setSequence(sequence).setWorkerId(worker))
        .build();
  }

  /** Ends a worker's load. */
  public static JoinResponse stop(String run, long drainNanos) {
    return JoinResponse.newBuilder()
        .setStop(Stop.newBuilder().setRunId(run).setDrainNanos(drainNanos))
        .build();
  }
}
