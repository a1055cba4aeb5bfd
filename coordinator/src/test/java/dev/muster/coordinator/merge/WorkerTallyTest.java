package dev.muster.coordinator.merge;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.checked;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerTallyTest {

  private static WorkerTally tally() {
    var tally = new WorkerTally("a");
    tally.add(checked(answered("r", 0, 100, 200).setSent(5).setInFlight(3)));
    tally.add(checked(refused("r", 1, 300).setSent(0).setInFlight(2)));
    return tally;
  }

  @Test
  void a_workers_ledger_is_the_sum_of_its_snapshots_and_what_the_last_left_in_flight() {
    assertThat(tally().ledger()).isEqualTo(new Ledger(5, 2, 1, 2, 0));
    assertThat(tally().ledger().balances()).isTrue();
    assertThat(tally().scheduleLag().count()).isEqualTo(3);
  }

  @Test
  void all_that_a_lost_worker_had_in_flight_or_may_have_sent_is_lost() {
    assertThat(tally().ledgerOfLost(10)).isEqualTo(new Ledger(15, 2, 1, 0, 12));
    assertThat(tally().ledgerOfLost(10).balances()).isTrue();
  }

  @Test
  void ledgers_add_up_and_one_missing_request_unbalances_them() {
    var sum = tally().ledger().plus(tally().ledgerOfLost(0));

    assertThat(sum).isEqualTo(new Ledger(10, 4, 2, 2, 2));
    assertThat(sum.plus(new Ledger(1, 0, 0, 0, 0)).balances()).isFalse();
  }
}
