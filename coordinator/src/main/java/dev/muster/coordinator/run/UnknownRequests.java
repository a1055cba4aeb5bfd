package dev.muster.coordinator.run;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.Share;
import dev.muster.plan.load.UserProfile;

/**
 * What is known of a lost worker, from which follows how many requests it can have sent out of sight.
 *
 * @param toldNanos up to when its snapshots tell of everything, since the start instant
 * @param mostLanes the most lanes that it had at once
 * @param everHad in the open model, all lanes that it ever had
 * @param sent requests in its snapshots
 * @param dropped arrivals that were dropped, in its snapshots
 * @param reportedSent requests that it had sent when it last said so
 */
public record UnknownRequests(
    long toldNanos, int mostLanes, Share everHad, long sent, long dropped, long reportedSent) {

  /**
   * An upper bound of the requests that it sent beyond those in its snapshots. In the closed model: what
   * as many users as it ever had can send from the last tick that it delivered on; this holds as long as
   * no answer out of sight was quicker than the quickest measured. In the open model: what all arrivals in
   * lanes that it ever had can send, less what its snapshots tell. What the worker itself has reported is
   * counted in any case.
   *
   * @param untilNanos up to when it may have gone on, since the start instant
   * @param quickestNanos the quickest answer measured
   */
  public long most(RunPlan plan, long untilNanos, long quickestNanos) {
    long most = untilNanos <= toldNanos ? 0 : switch (plan.profile()) {
      case UserProfile _ -> SendLimit.of(plan)
          .most(mostLanes, untilNanos - toldNanos, quickestNanos);
      case ArrivalProfile arrivals -> ArrivalLimit.of(plan)
          .most(arrivals.mostBefore(untilNanos, everHad) - dropped) - sent;
    };
    return Math.max(most, reportedSent - sent);
  }
}
