package dev.muster.coordinator.rpc;

import dev.muster.v1.ClockProbe;
import dev.muster.v1.Dismiss;
import dev.muster.v1.ExperimentEnded;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.RunChanged;
import dev.muster.v1.RunEnded;
import dev.muster.v1.Stay;
import dev.muster.v1.Version;
import dev.muster.v1.Waiting;
import dev.muster.v1.Welcome;
import java.time.Duration;

/** What the coordinator says, in the words of the wire. */
final class Messages {

  private Messages() {}

  static JoinResponse welcome(String storeId) {
    return JoinResponse.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setProtocolVersion(Version.OURS.protocol())
                .setProductVersion(Version.OURS.product())
                .setStoreId(storeId))
        .build();
  }

  static JoinResponse clockProbe(long sentUnixNanos) {
    return JoinResponse.newBuilder()
        .setClockProbe(ClockProbe.newBuilder().setSentUnixNanos(sentUnixNanos))
        .build();
  }

  static JoinResponse dismiss() {
    return JoinResponse.newBuilder().setDismiss(Dismiss.getDefaultInstance()).build();
  }

  static JoinResponse stay(Duration span) {
    return JoinResponse.newBuilder()
        .setStay(Stay.newBuilder().setForMillis(span.toMillis()))
        .build();
  }

  static FollowResponse waiting(String reason) {
    return FollowResponse.newBuilder()
        .setWaiting(Waiting.newBuilder().setReason(reason))
        .build();
  }

  static FollowResponse runChanged(String run, long atNanos, String what) {
    return FollowResponse.newBuilder()
        .setRunChanged(RunChanged.newBuilder().setRunId(run).setAtNanos(atNanos).setWhat(what))
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
