package dev.muster.coordinator.rpc;

import dev.muster.plan.load.Share;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.Assign;
import dev.muster.v1.ClockProbe;
import dev.muster.v1.ExperimentEnded;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.LaneRange;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.RunEnded;
import dev.muster.v1.Start;
import dev.muster.v1.Stop;
import dev.muster.v1.Waiting;
import dev.muster.v1.Welcome;

/** What the coordinator says, in the words of the wire. */
final class Messages {

  static final int PROTOCOL_VERSION = 1;

  private Messages() {}

  static JoinResponse welcome() {
    return JoinResponse.newBuilder()
        .setWelcome(Welcome.newBuilder().setProtocolVersion(PROTOCOL_VERSION))
        .build();
  }

  static JoinResponse clockProbe(long sentUnixNanos) {
    return JoinResponse.newBuilder()
        .setClockProbe(ClockProbe.newBuilder().setSentUnixNanos(sentUnixNanos))
        .build();
  }

  static JoinResponse prepare(String run, PlanDocument document, int runIndex) {
    return JoinResponse.newBuilder()
        .setPrepare(
            Prepare.newBuilder().setRunId(run).setDocument(document).setRunIndex(runIndex))
        .build();
  }

  static JoinResponse assign(String run, long epoch, Share share) {
    var assign = Assign.newBuilder().setRunId(run).setEpoch(epoch);
    for (Share.Range range : share.ranges()) {
      assign.addLanes(
          LaneRange.newBuilder()
              .setFirst(range.first())
              .setEnd(range.end())
              .setStride(range.stride()));
    }
    return JoinResponse.newBuilder().setAssign(assign).build();
  }

  static JoinResponse start(String run, long startUnixNanos) {
    return JoinResponse.newBuilder()
        .setStart(Start.newBuilder().setRunId(run).setStartUnixNanos(startUnixNanos))
        .build();
  }

  static JoinResponse acknowledge(String run, long sequence) {
    return JoinResponse.newBuilder()
        .setAcknowledge(Acknowledge.newBuilder().setRunId(run).setSequence(sequence))
        .build();
  }

  static JoinResponse stop(String run, long drainNanos) {
    return JoinResponse.newBuilder()
        .setStop(Stop.newBuilder().setRunId(run).setDrainNanos(drainNanos))
        .build();
  }

  static FollowResponse waiting(String reason) {
    return FollowResponse.newBuilder()
        .setWaiting(Waiting.newBuilder().setReason(reason))
        .build();
  }

  static FollowResponse runEnded(String run, String summaryJson) {
    return FollowResponse.newBuilder()
        .setRunEnded(RunEnded.newBuilder().setRunId(run).setSummaryJson(summaryJson))
        .build();
  }

  static FollowResponse experimentEnded(String problem) {
    return FollowResponse.newBuilder()
        .setExperimentEnded(ExperimentEnded.newBuilder().setProblem(problem))
        .build();
  }
}
