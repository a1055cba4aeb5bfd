package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.merge.Verdict.State;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.Summary.Disturbed;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real workers that are disturbed on purpose, and what their runs are then said to be worth. */
class VerdictIT {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_worker_that_stood_still_is_marked_in_its_tick_and_not_lost() throws IOException {
    try (Target target = Target.start(folder);
        Muster muster = Muster.start(folder, "run", plan(target, "10s"), "--out", "out")) {
      muster.awaitProgress("0:05");
      ProcessHandle worker = muster.children().getFirst();
      Muster.signal("STOP", worker);
      lasts(300);
      Muster.signal("CONT", worker);
      Ended ended = muster.awaitEnd();
      Summary run = summary("out");
      assertThat(run.disturbances()).describedAs(ended.toString())
          .anyMatch(each -> each.cause().equals("stall") && each.longestMs() >= 250);
      assertThat(run.workers()).anyMatch(each -> stallMs(each) >= 250)
          .noneMatch(Summary.Worker::lostContact);
      // Some 1.5 % of the requests were held up: more than a 99th percentile can hide.
      assertThat(run.verdict().state()).isNotEqualTo(State.VALID);
      assertThat(run.verdict().reasons())
          .anyMatch(reason -> reason.startsWith("The generator stood still: "));
      assertThat(run.ledger().balances()).isTrue();
      assertThat(ended.out()).contains("disturbed_40: the generator was disturbed in ");
      assertThat(folder.resolve("out/report.html")).content().contains("\"cause\":\"stall\"");
      assertSaysWhatItIsWorth(ended, run);
    }
  }

  @Test
  void workers_without_a_core_make_the_run_invalid() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/task")), "priorities are set as Linux has them");
    try (Target target = Target.start(folder);
        Muster muster = Muster.start(folder, "run", plan(target, "12s"), "--out", "out")) {
      muster.awaitProgress("0:05");
      try (var _ = Hogs.beside(muster.children())) {
        lasts(4_000);
      }
      Ended ended = muster.awaitEnd();
      Summary run = summary("out");
      assertThat(run.verdict().state()).describedAs(ended.toString()).isEqualTo(State.INVALID);
      assertThat(run.verdict().reasons().getFirst()).startsWith("The generator ");
      assertThat(run.disturbances()).isNotEmpty();
      assertSaysWhatItIsWorth(ended, run);
    }
  }

  @Test
  void a_long_collection_of_garbage_is_told_from_other_stalls() throws IOException {
    try (Target target = Target.start(folder); Cluster cluster = Cluster.start(folder, 0)) {
      Muster worker = cluster.join(LadenWorker.class, "laden");
      try (Muster submit = cluster.start("submit", plan(target, "10s"), "--out", "home")) {
        submit.awaitProgress("0:05");
        Muster.execute(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            String.valueOf(worker.handle().pid()), "GC.run");
        Ended ended = submit.awaitEnd();
        Summary run = summary("home");
        assertThat(run.disturbances()).describedAs(ended.toString())
            .anyMatch(VerdictIT::isCollection);
        assertThat(run.verdict().reasons())
            .anyMatch(
                reason -> reason.startsWith("The generator stood still to collect garbage: laden"));
        assertSaysWhatItIsWorth(ended, run);
      }
    }
  }

  private static boolean isCollection(Disturbed each) {
    return each.worker().equals("laden") && each.cause().equals("gc") && each.longestMs() >= 100;
  }

  private static double stallMs(Summary.Worker worker) {
    return worker.generator() == null ? 0 : worker.generator().stallLongestMs();
  }

  private static void assertSaysWhatItIsWorth(Ended ended, Summary run) {
    assertThat(ended.exitCode()).describedAs(ended.toString())
        .isEqualTo(run.verdict().state() == State.INVALID ? 4 : 0);
    run.verdict().reasons().forEach(reason -> assertThat(ended.out()).contains(reason));
  }

  /** How long a disturbance lasts is part of the experiment. */
  private static void lasts(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String plan(Target target, String duration) {
    return Muster.plan(folder, """
        name: disturbed
        target: %s
        scenario:
          - get: /customerdata/${random(1, 4499)}
            name: /customerdata/{id}
          - think: 150ms..250ms
        load: { users: 40, duration: %s }
        """.formatted(target.address(), duration));
  }

  private Summary summary(String results) throws IOException {
    return SummaryJson.read(folder.resolve(results).resolve("disturbed_40/summary.json"));
  }
}
