package dev.muster.coordinator.run;

import static dev.muster.coordinator.run.RunStory.assign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.Share;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunMachineTest {

  @Test
  void workers_prepare_and_when_the_last_is_ready_all_are_assigned_and_start() {
    var run = new RunStory(10, "a", "b");

    assertThat(run.on(new RunEvent.Began()))
        .containsExactly(new RunAction.Prepare("a"), new RunAction.Prepare("b"));
    assertThat(run.prepared("b")).isEmpty();
    assertThat(run.prepared("a")).containsExactly(
        assign("a", 1, Share.of(0, 2, 10)),
        assign("b", 1, Share.of(1, 2, 10)),
        new RunAction.Start(List.of("a", "b")));
    assertThat(run.prepared("a")).isEmpty();
  }

  @Test
  void a_problem_while_preparing_stops_all_and_ends_the_run_with_the_workers_name() {
    var run = new RunStory(10, "a", "b");
    run.on(new RunEvent.Began());

    assertThat(run.on(new RunEvent.WorkerPrepared("b", "no such host"))).containsExactly(
        new RunAction.Stop("a", 0), new RunAction.Stop("b", 0),
        new RunAction.End("B cannot prepare: no such host"));
  }

  @Test
  void a_worker_that_never_prepares_is_left_out_and_its_lanes_go_to_the_others() {
    var run = new RunStory(10, "a", "b");
    run.on(new RunEvent.Began());
    run.at(1).prepared("a");

    assertThat(run.at(30).timePasses()).isEmpty();
    assertThat(run.at(30.1).timePasses()).containsExactly(
        new RunAction.LeaveOut("b", "it was not ready after 30 s"), new RunAction.Stop("b", 0),
        assign("a", 1, Share.of(0, 1, 10)), new RunAction.Start(List.of("a")));
    assertThat(run.at(31).last("a", 1)).contains(new RunAction.End(""));
  }

  @Test
  void a_worker_that_is_ready_after_the_start_is_let_in() {
    var run = new RunStory(10, "a", "b");
    run.on(new RunEvent.Began());
    run.at(1).prepared("a");
    run.at(30.1).timePasses();

    assertThat(run.at(31).prepared("b")).startsWith(new RunAction.LetIn("b"));
  }

  @Test
  void a_run_for_which_nobody_prepares_ends() {
    var run = new RunStory(10, "a");
    run.on(new RunEvent.Began());

    assertThat(run.at(31).timePasses())
        .contains(new RunAction.End("every worker was lost before the start"));
  }

  @Test
  void who_was_ready_first_and_waited_for_others_is_not_silent() {
    var run = new RunStory(10, "a", "b");
    run.on(new RunEvent.Began());
    run.at(1).prepared("a");
    run.at(20).prepared("b");

    assertThat(run.at(22).timePasses()).isEmpty();
  }

  @Test
  void snapshots_are_acknowledged_up_to_the_highest_without_a_gap() {
    var run = RunStory.started(10, "a");

    assertThat(run.snapshot("a", 1)).containsExactly(new RunAction.Acknowledge("a", 1));
    assertThat(run.snapshot("a", 4)).containsExactly(new RunAction.Acknowledge("a", 1));
    assertThat(run.snapshot("a", 3)).containsExactly(new RunAction.Acknowledge("a", 1));
    assertThat(run.snapshot("a", 2)).containsExactly(new RunAction.Acknowledge("a", 4));
    assertThat(run.snapshot("a", 2)).containsExactly(new RunAction.Acknowledge("a", 4));
  }

  @Test
  void the_run_ends_when_the_last_missing_snapshot_is_in_though_out_of_order() {
    var run = RunStory.started(10, "a", "b");
    run.last("b", 1);

    assertThat(run.last("a", 3)).containsExactly(new RunAction.Acknowledge("a", 0));
    assertThat(run.snapshot("a", 1)).containsExactly(new RunAction.Acknowledge("a", 1));
    assertThat(run.snapshot("a", 2))
        .containsExactly(new RunAction.Acknowledge("a", 3), new RunAction.End(""));
  }

  @Test
  void the_lanes_of_a_silent_worker_are_the_others_at_once() {
    var run = RunStory.started(4, "a", "b");
    run.machine.begun(1, 5);

    assertThat(run.at(3).health("a")).isEmpty();
    assertThat(run.timePasses()).isEmpty();
    assertThat(run.at(3.5).timePasses()).containsExactly(
        new RunAction.DeclareLost("b", "nothing was heard of it for 3 s"),
        assign("a", 2, Share.of(0, 1, 4), LaneState.lost(1, 6), LaneState.lost(3, 0)),
        assign("b", 2, new Share(List.of())));
  }

  @Test
  void a_run_whose_workers_are_all_lost_waits_for_one_to_come_back_and_ends() {
    var run = RunStory.started(10, "a");

    assertThat(run.at(3).timePasses()).isEmpty();
    assertThat(run.at(3.5).timePasses()).containsExactly(
        new RunAction.DeclareLost("a", "nothing was heard of it for 3 s"),
        assign("a", 2, new Share(List.of())));
    assertThat(run.at(23.5).timePasses()).isEmpty();
    assertThat(run.at(23.6).timePasses())
        .containsExactly(new RunAction.Stop("a", 0), new RunAction.End(""));
  }

  @Test
  void so_does_one_of_which_a_worker_has_left_before() {
    var run = RunStory.started(2, "a", "b");
    run.on(new RunEvent.LeaveAsked("b"));
    run.on(new RunEvent.LanesLetGo("b", List.of(new LaneState(1, 3, 99, null))));
    run.timePasses();
    run.last("b", 1);

    assertThat(run.at(4).timePasses())
        .contains(new RunAction.DeclareLost("a", "nothing was heard of it for 4 s"))
        .noneMatch(action -> action instanceof RunAction.End);
    assertThat(run.at(23.9).timePasses()).isEmpty();
    assertThat(run.at(24.1).timePasses()).contains(new RunAction.End(""));
  }

  @Test
  void a_worker_that_is_back_in_time_is_not_lost_and_hears_again_what_it_may_have_missed() {
    var run = RunStory.started(10, "a");

    assertThat(run.at(2).on(new RunEvent.LinkIsBack("a", 0))).containsExactly(
        assign("a", 1, Share.of(0, 1, 10)), new RunAction.Start(List.of("a")));
    assertThat(run.at(5).timePasses()).isEmpty();
  }

  @Test
  void a_lost_worker_that_is_back_hears_first_that_its_lanes_are_gone_and_then_gets_a_part() {
    var run = RunStory.started(4, "a", "b");
    run.at(3).health("a");
    run.at(3.5).timePasses();

    assertThat(run.at(5).on(new RunEvent.LinkIsBack("b", 0))).startsWith(
        new RunAction.CountOnAgain("b"),
        new RunAction.Assign(
            new LaneTable.Grant(
                "a", 3, Share.ofLanes(new int[]{1, 3}), Share.ofLanes(new int[]{0, 2}),
                List.of(LaneState.lost(1, 0), LaneState.lost(3, 0)))),
        assign("b", 3, new Share(List.of())));
    var first = new LaneState(0, 7, 6_000, null);
    run.at(6).on(new RunEvent.LanesLetGo("a", List.of(first)));
    assertThat(run.timePasses())
        .containsExactly(assign("b", 4, Share.ofLanes(new int[]{0}), first));
    run.on(new RunEvent.LanesLetGo("a", List.of(first)));
    assertThat(run.timePasses()).isEmpty();
  }

  @Test
  void a_worker_that_joins_while_the_run_is_on_prepares_and_takes_its_part() {
    var run = RunStory.started(4, "a");

    assertThat(run.at(1).on(new RunEvent.Joined("b", "B")))
        .containsExactly(new RunAction.Prepare("b"));
    assertThat(run.at(2).prepared("b")).containsExactly(
        new RunAction.LetIn("b"),
        new RunAction.Assign(
            new LaneTable.Grant(
                "a", 2, Share.ofLanes(new int[]{1, 3}), Share.ofLanes(new int[]{0, 2}),
                List.of())),
        assign("b", 2, new Share(List.of())), new RunAction.Start(List.of("b")));
  }

  @Test
  void a_worker_that_leaves_before_the_start_is_left_out() {
    var run = new RunStory(10, "a", "b");
    run.on(new RunEvent.Began());
    run.prepared("a");

    assertThat(run.on(new RunEvent.LeaveAsked("b"))).containsExactly(
        new RunAction.LeaveOut("b", "it leaves"), new RunAction.Stop("b", 0),
        assign("a", 1, Share.of(0, 1, 10)), new RunAction.Start(List.of("a")));
    assertThat(run.on(new RunEvent.WorkerPrepared("b", "it is about to leave")))
        .containsExactly(new RunAction.Stop("b", 0));
  }

  @Test
  void a_worker_that_leaves_lets_go_of_all_its_lanes_and_is_through() {
    var run = RunStory.started(2, "a", "b");

    assertThat(run.on(new RunEvent.LeaveAsked("b"))).containsExactly(
        new RunAction.Assign(
            new LaneTable.Grant(
                "b", 2, new Share(List.of()), Share.ofLanes(new int[]{1}), List.of())));
    var state = new LaneState(1, 3, 99, null);
    assertThat(run.on(new RunEvent.LanesLetGo("b", List.of(state))))
        .containsExactly(new RunAction.Stop("b", -1));
    assertThat(run.timePasses()).containsExactly(assign("a", 3, Share.of(0, 1, 2), state));
  }

  @Test
  void a_worker_that_has_handed_in_all_and_is_back_is_left_in_peace() {
    var run = RunStory.started(10, "a", "b");
    run.last("a", 1);

    assertThat(run.on(new RunEvent.LinkIsBack("a", 0))).isEmpty();
  }

  @Test
  void a_worker_that_is_back_while_preparing_is_asked_again() {
    var run = new RunStory(10, "a");
    run.on(new RunEvent.Began());

    assertThat(run.at(2).on(new RunEvent.LinkIsBack("a", 0)))
        .containsExactly(new RunAction.Prepare("a"));
  }

  @Test
  void a_run_counts_again_on_a_lost_worker_that_is_heard_of_and_waits_for_it() {
    var run = RunStory.started(10, "a", "b");
    run.at(3).health("b");
    run.at(4).timePasses();
    assertThat(run.machine.isLost("a")).isTrue();

    assertThat(run.at(5).health("a")).startsWith(new RunAction.CountOnAgain("a"));
    assertThat(run.machine.isLost("a")).isFalse();
    run.at(5).last("b", 1);
    assertThat(run.at(5).last("a", 1)).contains(new RunAction.End(""));
  }

  @Test
  void a_worker_that_never_ends_does_not_hold_the_run_for_ever() {
    var run = RunStory.started(10, "a");
    run.at(300).health("a");
    assertThat(run.timePasses()).isEmpty();

    run.at(301).health("a");
    assertThat(run.timePasses()).containsExactly(
        new RunAction.DeclareLost("a", "it has not ended 301 s after the start"),
        assign("a", 2, new Share(List.of())), new RunAction.Stop("a", 0), new RunAction.End(""));
  }

  @Test
  void a_change_is_told_to_all_and_lanes_that_are_new_go_to_who_has_the_fewest() {
    var run = RunStory.started(3, "a", "b");
    var changes = LoadChanges.NONE.with(new LoadChange.Scale(9, 6));

    assertThat(run.on(new RunEvent.ChangeAsked(changes, 6))).containsExactly(
        new RunAction.ChangeLoad("a", changes), new RunAction.ChangeLoad("b", changes),
        assign("a", 2, Share.ofLanes(new int[]{0, 2, 4})),
        assign("b", 2, Share.ofLanes(new int[]{1, 3, 5})));
    var fewer = changes.with(new LoadChange.Scale(10, 2)).with(new LoadChange.Pause(11));
    assertThat(run.on(new RunEvent.ChangeAsked(fewer, 6))).containsExactly(
        new RunAction.ChangeLoad("a", fewer), new RunAction.ChangeLoad("b", fewer));
    assertThat(run.machine.mostLanes("a")).isEqualTo(3);
  }

  @Test
  void who_is_back_or_comes_later_is_told_all_changes_before_its_lanes() {
    var run = RunStory.started(2, "a", "b");
    var changes = LoadChanges.NONE.with(new LoadChange.Scale(9, 3));
    run.on(new RunEvent.ChangeAsked(changes, 3));
    run.at(3).health("a");
    run.at(4).timePasses();
    assertThat(run.machine.isLost("b")).isTrue();

    assertThat(run.at(5).on(new RunEvent.LinkIsBack("b", 0))).startsWith(
        new RunAction.ChangeLoad("b", changes), new RunAction.CountOnAgain("b"));
    run.on(new RunEvent.Joined("c", "C"));
    assertThat(run.prepared("c")).startsWith(
        new RunAction.LetIn("c"), new RunAction.ChangeLoad("c", changes));
    run.last("a", 1);
    assertThat(run.on(new RunEvent.ChangeAsked(changes.with(new LoadChange.Pause(10)), 3)))
        .extracting(action -> ((RunAction.ChangeLoad) action).worker())
        .containsExactly("b", "c");
  }

  @Test
  void who_is_to_leave_and_has_nobody_to_give_its_lanes_to_has_new_ones_too() {
    var run = RunStory.started(1, "a");
    run.on(new RunEvent.LeaveAsked("a"));
    var changes = LoadChanges.NONE.with(new LoadChange.Scale(9, 3));

    assertThat(run.on(new RunEvent.ChangeAsked(changes, 3))).containsExactly(
        new RunAction.ChangeLoad("a", changes), assign("a", 2, Share.of(0, 1, 3)));
    run.on(new RunEvent.Joined("b", "B"));
    assertThat(run.prepared("b")).contains(
        new RunAction.Assign(
            new LaneTable.Grant(
                "a", 3, new Share(List.of()), Share.ofLanes(new int[]{0, 1, 2}), List.of())));
  }

  @Test
  void lanes_that_come_when_nobody_is_there_are_whose_who_comes_next() {
    var run = RunStory.started(1, "a");
    run.at(4).timePasses();
    var changes = LoadChanges.NONE.with(new LoadChange.Scale(9, 3));

    assertThat(run.on(new RunEvent.ChangeAsked(changes, 3)))
        .containsExactly(new RunAction.ChangeLoad("a", changes));
    assertThat(run.at(5).health("a")).last()
        .satisfies(
            action -> assertThat(((RunAction.Assign) action).grant().share().size()).isEqualTo(3));
  }

  @Test
  void a_stop_before_the_start_ends_the_run() {
    var run = new RunStory(10, "a");
    run.on(new RunEvent.Began());

    assertThat(run.on(new RunEvent.StopAsked(-1))).containsExactly(
        new RunAction.Stop("a", 0), new RunAction.End("it was stopped before it started"));
  }

  @Test
  void a_stop_while_running_goes_to_who_has_not_handed_in_also_when_back_later() {
    var run = RunStory.started(10, "a", "b");
    run.last("b", 1);

    assertThat(run.on(new RunEvent.StopAsked(9))).containsExactly(new RunAction.Stop("a", 9));
    assertThat(run.on(new RunEvent.LinkIsBack("a", 0))).endsWith(new RunAction.Stop("a", 9));
  }

  @Test
  void nothing_happens_after_the_end() {
    var run = RunStory.started(10, "a");
    run.last("a", 1);

    assertThat(run.machine.phase()).isEqualTo(RunMachine.Phase.ENDED);
    assertThat(run.last("a", 1)).isEmpty();
    assertThat(run.on(new RunEvent.StopAsked(0))).isEmpty();
    assertThat(run.on(new RunEvent.LinkIsBack("a", 0))).isEmpty();
    assertThat(run.at(99).timePasses()).isEmpty();
  }

  @Test
  void what_workers_are_told_of_lanes_is_saved_before() {
    var run = new RunStory(10, "a", "b");
    run.on(new RunEvent.Began());
    run.prepared("a");
    assertThat(run.asksToSave()).isFalse();
    run.prepared("b");
    assertThat(run.asksToSave()).isTrue();
    run.snapshot("a", 1);
    assertThat(run.asksToSave()).isFalse();
    run.at(4).health("a");
    run.timePasses();
    assertThat(run.asksToSave()).isTrue();
    run.on(new RunEvent.StopAsked(9));
    assertThat(run.asksToSave()).isTrue();
  }

  @Test
  void another_process_goes_on_with_who_owns_what_and_tells_all_of_it_again() {
    RunStory run = RunStory.started(10, "a", "b").resumed();

    assertThat(run.timePasses()).containsExactly(
        assign("a", 2, Share.of(0, 2, 10)), assign("b", 2, Share.of(1, 2, 10)));
    assertThat(run.isBack("a")).containsExactly(
        assign("a", 2, Share.of(0, 2, 10)), new RunAction.Start(List.of("a")));
  }

  @Test
  void workers_have_longer_to_be_back_when_another_process_goes_on() {
    RunStory run = RunStory.started(10, "a", "b").resumed();
    run.at(9).isBack("a");
    assertThat(run.timePasses()).doesNotHaveAnyElementsOfTypes(RunAction.DeclareLost.class);

    assertThat(run.at(10.1).timePasses())
        .contains(new RunAction.DeclareLost("b", "nothing was heard of it for 3 s"));
  }

  @Test
  void what_was_stored_before_another_process_goes_on_counts() {
    RunStory run = RunStory.started(10, "a", "b");
    run.last("b", 2);
    RunStory resumed = run.resumed();
    resumed.machine.restore("a", 1, false);
    resumed.machine.restore("b", 1, false);
    resumed.machine.restore("b", 2, true);

    assertThat(resumed.machine.storedWithoutGap("a")).isEqualTo(1);
    assertThat(resumed.last("a", 2)).contains(new RunAction.End(""));
  }

  @Test
  void a_stop_is_not_forgotten_when_another_process_goes_on() {
    RunStory run = RunStory.started(10, "a", "b");
    run.on(new RunEvent.StopAsked(9));

    assertThat(run.resumed().isBack("a")).endsWith(new RunAction.Stop("a", 9));
  }

  @Test
  void a_run_is_left_when_all_who_have_its_load_are_to_leave_and_nobody_gets_ready_for_it() {
    RunStory run = RunStory.started(10, "a", "b");
    assertThat(leftWithout(run)).isFalse();
    assertThat(leftWithout(run, "a")).isFalse();
    assertThat(leftWithout(run, "a", "b")).isTrue();

    run.on(new RunEvent.LeaveAsked("a"));
    assertThat(leftWithout(run)).isFalse();
    assertThat(leftWithout(run, "b")).isTrue();
    run.on(new RunEvent.LeaveAsked("b"));
    assertThat(leftWithout(run)).isTrue();

    run.on(new RunEvent.Joined("c", "C"));
    assertThat(leftWithout(run)).as("one gets ready").isFalse();
    run.at(RunStory.PATIENCE.prepareNanos() / 1e9 + 1);
    assertThat(leftWithout(run)).as("it takes too long").isTrue();
    run.prepared("c");
    assertThat(leftWithout(run)).as("it has its part").isFalse();
    run.on(new RunEvent.SnapshotInherited("c", 1, false));
    assertThat(leftWithout(run)).as("it is lost").isTrue();
  }

  @Test
  void a_run_of_which_all_is_handed_in_or_that_has_not_begun_is_not_left() {
    RunStory run = RunStory.started(10, "a", "b");
    run.on(new RunEvent.LeaveAsked("b"));
    run.last("a", 1);
    assertThat(leftWithout(run)).isTrue();
    run.last("b", 1);
    assertThat(leftWithout(run)).isFalse();

    var waits = new RunStory(10, "a");
    waits.on(new RunEvent.Began());
    waits.on(new RunEvent.LeaveAsked("a"));
    assertThat(leftWithout(waits)).isFalse();
  }

  private static boolean leftWithout(RunStory run, String... workers) {
    return run.machine.isLeftWithout(Set.of(workers), run.nowNanos());
  }

  @Test
  void what_a_dead_worker_has_left_says_that_it_is_dead() {
    RunStory run = RunStory.started(10, "a", "b");

    assertThat(run.on(new RunEvent.SnapshotInherited("b", 1, false)))
        .startsWith(new RunAction.DeclareLost("b", "its process has ended"));
    assertThat(run.machine.storedWithoutGap("b")).isEqualTo(1);
    assertThat(run.machine.isLost("b")).isTrue();
    assertThat(run.on(new RunEvent.SnapshotInherited("b", 2, false))).isEmpty();
    assertThat(run.machine.isLost("b")).isTrue();
  }
}
