package dev.muster.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.Assign;
import dev.muster.v1.ChangeLoad;
import dev.muster.v1.Dismiss;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.LaneRange;
import dev.muster.v1.Leave;
import dev.muster.v1.LoadChange.Kind;
import dev.muster.v1.Notice;
import dev.muster.v1.Prepare;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Start;
import dev.muster.v1.Stay;
import dev.muster.v1.Stop;
import dev.muster.v1.Welcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerRulesTest {

  private static final PartId MINE = new PartId("me", "r");

  private final WorkerRules rules = new WorkerRules("me");

  @Test
  void a_run_goes_from_prepare_to_the_acknowledgement_of_its_last_snapshot() {
    welcome();
    Prepare prepare = Prepare.newBuilder().setRunId("r").build();
    assertThat(hear(JoinResponse.newBuilder().setPrepare(prepare)))
        .containsExactly(new WorkerAction.MakeReady(prepare));
    assertThat(rules.on(new WorkerEvent.MadeReady("r", ""))).containsExactly(saysPrepared(""));
    assertThat(assign(1, 0, 2)).isEmpty();
    assertThat(start()).containsExactly(new WorkerAction.Begin("r", 77, List.of(0, 1)));
    assertThat(start()).isEmpty();
    assertThat(tick(0, false)).containsExactly(keeps(snapshot(0, 1, false)), delivers(1, 1));
    assertThat(tick(1, true)).containsExactly(keeps(snapshot(1, 2, true)), delivers(2, 2));

    assertThat(acknowledge(1)).containsExactly(new WorkerAction.Release(MINE, 1));
    assertThat(acknowledge(2))
        .containsExactly(new WorkerAction.Release(MINE, 2), new WorkerAction.Forget(MINE));
    assertThat(hear(JoinResponse.newBuilder().setPrepare(prepare)))
        .containsExactly(saysPrepared(""));
  }

  @Test
  void what_is_not_acknowledged_is_said_again_over_a_new_link_and_nothing_before_welcome() {
    begun();
    rules.on(new WorkerEvent.LinkBroke());

    assertThat(tick(0, false)).containsExactly(keeps(snapshot(0, 1, false)));
    assertThat(welcome()).containsExactly(delivers(1, 1));
  }

  @Test
  void a_change_is_acted_on_once_and_nothing_is_undone_by_an_older_word() {
    begun();
    var pause = ChangeLoad.newBuilder().setRunId("r").addChanges(change(Kind.KIND_PAUSE, 5));
    var both = pause.clone().addChanges(change(Kind.KIND_SCALE, 9).setUsers(7));
    LoadChanges paused = LoadChanges.NONE.with(new LoadChange.Pause(5));

    assertThat(hear(JoinResponse.newBuilder().setChangeLoad(pause)))
        .containsExactly(new WorkerAction.Change("r", paused));
    assertThat(hear(JoinResponse.newBuilder().setChangeLoad(pause))).isEmpty();
    assertThat(hear(JoinResponse.newBuilder().setChangeLoad(both)))
        .containsExactly(new WorkerAction.Change("r", paused.with(new LoadChange.Scale(9, 7))));
    assertThat(hear(JoinResponse.newBuilder().setChangeLoad(pause))).isEmpty();
    assertThat(rules.changes("r")).isEqualTo(2);
  }

  @Test
  void a_change_that_is_heard_of_before_the_start_waits_for_it() {
    welcome();
    hear(JoinResponse.newBuilder().setPrepare(Prepare.newBuilder().setRunId("r")));
    rules.on(new WorkerEvent.MadeReady("r", ""));
    var pause = ChangeLoad.newBuilder().setRunId("r").addChanges(change(Kind.KIND_PAUSE, 5));

    assertThat(hear(JoinResponse.newBuilder().setChangeLoad(pause))).isEmpty();
    assign(1, 0, 2);
    assertThat(start()).containsExactly(
        new WorkerAction.Begin("r", 77, List.of(0, 1)),
        new WorkerAction.Change("r", LoadChanges.NONE.with(new LoadChange.Pause(5))));
  }

  private static dev.muster.v1.LoadChange.Builder change(Kind kind, long atNanos) {
    return dev.muster.v1.LoadChange.newBuilder().setKind(kind).setAtNanos(atNanos);
  }

  @Test
  void lanes_that_an_assignment_does_not_name_are_dropped_at_once() {
    begun();

    assertThat(assign(2, 1, 2))
        .containsExactly(new WorkerAction.LetGo("r", List.of(0), true));
    assertThat(assign(1, 0, 2)).isEmpty();
  }

  @Test
  void lanes_that_are_to_be_let_go_are_told_of_when_they_have_left_and_over_each_new_link() {
    begun();
    var letGo = Assign.newBuilder()
        .setRunId("r")
        .setEpoch(2)
        .addLanes(range(1, 2))
        .addLetGo(range(0, 1));
    assertThat(hear(JoinResponse.newBuilder().setAssign(letGo)))
        .containsExactly(new WorkerAction.LetGo("r", List.of(0), false));

    var lane = new LaneState(0, 5, 900, new LaneState.Place(800, 0, 1, 42));
    WorkerAction told = RunPart.letGo("r", List.of(lane));
    assertThat(rules.on(new WorkerEvent.LanesLeft("r", List.of(lane)))).containsExactly(told);
    rules.on(new WorkerEvent.LinkBroke());
    assertThat(welcome()).containsExactly(told);
  }

  @Test
  void a_lane_that_comes_back_while_it_is_still_leaving_is_taken_when_it_has_left() {
    begun();
    assign(2, 1, 2);

    assertThat(assign(3, 0, 2)).isEmpty();
    assertThat(rules.on(new WorkerEvent.LanesLeft("r", List.of(LaneState.lost(0, 4)))))
        .containsExactly(new WorkerAction.Take("r", List.of(LaneState.lost(0, 4))));
  }

  @Test
  void a_worker_without_a_coordinator_stands_still_in_the_end_and_goes_on_when_one_says_start() {
    begun();
    rules.on(new WorkerEvent.LinkBroke());

    assertThat(rules.on(new WorkerEvent.Orphaned()))
        .containsExactly(new WorkerAction.LetGo("r", List.of(0, 1), true));
    var stands = new LaneState(0, 5, 900, null);
    assertThat(rules.on(new WorkerEvent.LanesLeft("r", List.of(stands)))).isEmpty();
    welcome();
    assertThat(start()).containsExactly(new WorkerAction.Take("r", List.of(stands)));
    // The other has its last answer only now.
    var late = new LaneState(1, 7, 950, null);
    assertThat(rules.on(new WorkerEvent.LanesLeft("r", List.of(late))))
        .containsExactly(new WorkerAction.Take("r", List.of(late)));
  }

  @Test
  void a_worker_that_has_a_coordinator_again_does_not_stand_still() {
    begun();
    rules.on(new WorkerEvent.LinkBroke());
    welcome();

    assertThat(rules.on(new WorkerEvent.Orphaned())).isEmpty();
  }

  @Test
  void lanes_that_stood_still_and_are_others_by_now_do_not_go_on() {
    begun();
    rules.on(new WorkerEvent.LinkBroke());
    rules.on(new WorkerEvent.Orphaned());
    rules.on(
        new WorkerEvent.LanesLeft("r", List.of(LaneState.lost(0, 4), LaneState.lost(1, 4))));
    welcome();

    assertThat(assign(2, 1, 2)).isEmpty();
    assertThat(start())
        .containsExactly(new WorkerAction.Take("r", List.of(LaneState.lost(1, 4))));
  }

  @Test
  void what_another_process_has_left_is_delivered_in_its_name_and_then_forgotten() {
    var left = new PartId("dead", "r");
    assertThat(rules.on(new WorkerEvent.Inherited(left, 4, 5))).isEmpty();

    assertThat(welcome()).containsExactly(new WorkerAction.Deliver(left, 4, 5));
    assertThat(rules.on(new WorkerEvent.LeaveAsked()))
        .noneMatch(WorkerAction.End.class::isInstance);
    assertThat(
        hear(
            JoinResponse.newBuilder()
                .setAcknowledge(
                    Acknowledge.newBuilder().setRunId("r").setSequence(5).setWorkerId("dead"))))
        .containsExactly(new WorkerAction.Forget(left), new WorkerAction.End());
  }

  @Test
  void a_run_of_which_too_much_is_kept_ends() {
    begun();

    assertThat(rules.on(new WorkerEvent.TooMuchIsKept("r")))
        .containsExactly(new WorkerAction.EndLoad("r", -1));
  }

  @Test
  void a_stop_ends_a_load_that_has_begun_and_forgets_one_that_has_not() {
    begun();
    assertThat(stop()).containsExactly(new WorkerAction.EndLoad("r", 9));

    var other = new WorkerRules("me");
    other.on(
        new WorkerEvent.Said(
            JoinResponse.newBuilder().setPrepare(Prepare.newBuilder().setRunId("r")).build()));
    assertThat(
        other.on(
            new WorkerEvent.Said(
                JoinResponse.newBuilder().setStop(Stop.newBuilder().setRunId("r")).build())))
        .containsExactly(new WorkerAction.Forget(MINE));
  }

  @Test
  void a_run_that_cannot_be_made_ready_is_told_of_and_forgotten() {
    welcome();
    prepare();

    assertThat(rules.on(new WorkerEvent.MadeReady("r", "no such host")))
        .containsExactly(saysPrepared("no such host"));
    assertThat(rules.runs()).isEmpty();
  }

  @Test
  void a_worker_that_is_dismissed_ends_when_it_has_no_run_any_more() {
    begun();
    assertThat(hear(JoinResponse.newBuilder().setDismiss(Dismiss.getDefaultInstance())))
        .hasSize(1);
    assertThat(tick(0, true)).hasSize(2);

    assertThat(acknowledge(1))
        .endsWith(new WorkerAction.Forget(MINE), new WorkerAction.End());
  }

  @Test
  void a_worker_without_a_run_leaves_at_once() {
    welcome();

    assertThat(rules.on(new WorkerEvent.LeaveAsked())).endsWith(new WorkerAction.End());
  }

  @Test
  void a_worker_whose_machine_will_be_taken_says_so_and_leaves_over_each_link_until_it_has_left() {
    begun();
    WorkerAction says = saysNotice(900, "spot interruption");

    assertThat(rules.on(new WorkerEvent.Noticed(900, "spot interruption")))
        .containsExactly(says, saysLeave());
    rules.on(new WorkerEvent.LinkBroke());
    assertThat(welcome()).startsWith(says, saysLeave());
    assertThat(tick(0, true)).hasSize(2);
    assertThat(acknowledge(1)).endsWith(new WorkerAction.End());
  }

  @Test
  void a_worker_whose_machine_may_be_taken_says_so_over_each_link_and_stays() {
    begun();
    WorkerAction says = saysNotice(0, "rebalance");

    assertThat(rules.on(new WorkerEvent.Noticed(0, "rebalance"))).containsExactly(says);
    rules.on(new WorkerEvent.LinkBroke());
    assertThat(welcome()).containsExactly(says);
    assertThat(tick(0, false)).containsExactly(keeps(snapshot(0, 1, false)), delivers(1, 1));
  }

  @Test
  void what_is_heard_while_the_link_is_broken_is_said_over_the_next_and_the_worse_news_holds() {
    begun();
    rules.on(new WorkerEvent.LinkBroke());

    assertThat(rules.on(new WorkerEvent.Noticed(0, "rebalance"))).isEmpty();
    assertThat(rules.on(new WorkerEvent.Noticed(900, "spot interruption"))).isEmpty();
    assertThat(rules.on(new WorkerEvent.Noticed(0, "rebalance"))).isEmpty();
    assertThat(welcome()).startsWith(saysNotice(900, "spot interruption"), saysLeave());
  }

  @Test
  void that_it_may_stay_is_nothing_that_the_rules_care_for() {
    begun();

    assertThat(hear(JoinResponse.newBuilder().setStay(Stay.newBuilder().setForMillis(9))))
        .isEmpty();
  }

  private static WorkerAction saysNotice(long taken, String reason) {
    return new WorkerAction.Say(
        JoinRequest.newBuilder()
            .setNotice(Notice.newBuilder().setTakenUnixNanos(taken).setReason(reason))
            .build());
  }

  private static WorkerAction saysLeave() {
    return new WorkerAction.Say(
        JoinRequest.newBuilder().setLeave(Leave.getDefaultInstance()).build());
  }

  // ---- what is heard

  private List<WorkerAction> hear(JoinResponse.Builder message) {
    return rules.on(new WorkerEvent.Said(message.build()));
  }

  private List<WorkerAction> welcome() {
    return hear(JoinResponse.newBuilder().setWelcome(Welcome.getDefaultInstance()));
  }

  private void prepare() {
    hear(JoinResponse.newBuilder().setPrepare(Prepare.newBuilder().setRunId("r")));
  }

  /** A run with lanes 0 and 1 whose load has begun. */
  private void begun() {
    welcome();
    prepare();
    rules.on(new WorkerEvent.MadeReady("r", ""));
    assign(1, 0, 2);
    start();
  }

  private List<WorkerAction> assign(long epoch, int first, int end) {
    return hear(
        JoinResponse.newBuilder()
            .setAssign(
                Assign.newBuilder().setRunId("r").setEpoch(epoch).addLanes(range(first, end))));
  }

  private static LaneRange range(int first, int end) {
    return LaneRange.newBuilder().setFirst(first).setEnd(end).setStride(1).build();
  }

  private List<WorkerAction> start() {
    return hear(
        JoinResponse.newBuilder()
            .setStart(Start.newBuilder().setRunId("r").setStartUnixNanos(77)));
  }

  private List<WorkerAction> stop() {
    return hear(
        JoinResponse.newBuilder().setStop(Stop.newBuilder().setRunId("r").setDrainNanos(9)));
  }

  private List<WorkerAction> acknowledge(long sequence) {
    return hear(
        JoinResponse.newBuilder()
            .setAcknowledge(Acknowledge.newBuilder().setRunId("r").setSequence(sequence)));
  }

  private List<WorkerAction> tick(long tick, boolean last) {
    return rules.on(
        new WorkerEvent.TickEnded(
            "r", Snapshot.newBuilder().setRunId("r").setTick(tick).setLast(last)));
  }

  private static Snapshot snapshot(long tick, long sequence, boolean last) {
    return Snapshot.newBuilder()
        .setRunId("r")
        .setTick(tick)
        .setSequence(sequence)
        .setLast(last)
        .build();
  }

  private static WorkerAction keeps(Snapshot snapshot) {
    return new WorkerAction.Keep(MINE, snapshot);
  }

  private static WorkerAction delivers(long first, long last) {
    return new WorkerAction.Deliver(MINE, first, last);
  }

  private static WorkerAction saysPrepared(String problem) {
    return new WorkerAction.Say(
        JoinRequest.newBuilder()
            .setPrepared(Prepared.newBuilder().setRunId("r").setProblem(problem))
            .build());
  }
}
