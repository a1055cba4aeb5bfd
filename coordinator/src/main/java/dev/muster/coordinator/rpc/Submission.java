package dev.muster.coordinator.rpc;

import dev.muster.coordinator.StoredResults;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.report.ExperimentResult;
import dev.muster.coordinator.report.ResultsFolder;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An experiment that was submitted to this process: its runs left, the results so far and who follows
 * it. For the coordinator's thread.
 */
final class Submission {

  /**
   * What was asked for.
   *
   * @param workers how many must have joined before a run starts; 0: any, but one
   * @param waitNanos how long to wait for them; 0: without end
   */
  record Wish(
      PlanDocument document, Plan plan, CsvFormat csvFormat, int workers, long waitNanos) {}

  /** Reads the plan that was handed in. */
  static PlanReading read(PlanDocument document) {
    return PlanFile.read(
        new PlanSource(
            document.getFileName(), document.getText(), document.getOverridesList(),
            document.getEnvironmentMap()));
  }

  private final String id;
  private final Wish wish;
  private final Path folder;
  private final int runCount;
  private final List<StoredRun> endedBefore;
  private final ArrayDeque<StoredRun> runsLeft;
  private final List<RunResult> results = new ArrayList<>();
  private final Followers followers = new Followers();
  private String trouble = "";
  private @Nullable Long waitsSinceNanos;
  private boolean stopped;

  /** @param runs all of the experiment, in the plan's order; those that have ended will not run again */
  Submission(String id, Wish wish, List<StoredRun> runs, Path folder) {
    this.id = id;
    this.wish = wish;
    this.folder = folder;
    this.runCount = runs.size();
    this.endedBefore = in(runs, RunState.RUN_STATE_ENDED).toList();
    this.runsLeft = Stream
        .concat(in(runs, RunState.RUN_STATE_RUNNING), in(runs, RunState.RUN_STATE_WAITING))
        .collect(Collectors.toCollection(ArrayDeque::new));
  }

  private static Stream<StoredRun> in(List<StoredRun> runs, RunState state) {
    return runs.stream().filter(run -> run.state() == state);
  }

  /** Runs that another process has made, whose results are not among those that {@link #add} was told of. */
  List<StoredRun> endedBefore() {
    return endedBefore;
  }

  String id() {
    return id;
  }

  PlanDocument document() {
    return wish.document();
  }

  Plan plan() {
    return wish.plan();
  }

  Followers followers() {
    return followers;
  }

  int runCount() {
    return runCount;
  }

  /** The runs that have not begun. */
  List<StoredRun> runsLeft() {
    return List.copyOf(runsLeft);
  }

  /** The next run. */
  Optional<StoredRun> nextRun() {
    return Optional.ofNullable(runsLeft.peek());
  }

  /** The next run, which begins now. */
  Optional<StoredRun> takeRun() {
    waitsSinceNanos = null;
    return Optional.ofNullable(runsLeft.poll());
  }

  /** How many workers must have joined before a run starts. */
  int workersWanted() {
    return Math.max(1, wish.workers());
  }

  /** Whether the wait for workers, which begins with the first such question, is over. */
  boolean hasWaitedTooLong(long nowNanos) {
    if (waitsSinceNanos == null) {
      waitsSinceNanos = nowNanos;
    }
    return wish.waitNanos() > 0 && nowNanos - waitsSinceNanos > wish.waitNanos();
  }

  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Notes that something could not be stored; the first cause is told when the experiment ends. */
  void noteTrouble(String why) {
    if (trouble.isEmpty()) {
      trouble = why;
    }
  }

  /** All that could not be stored is stored by now. */
  void forgetTrouble() {
    trouble = "";
  }

  /** What {@code problem} and the trouble noted are together, as sentences. */
  String withTrouble(String problem) {
    if (trouble.isEmpty()) {
      return problem;
    }
    String said = "The store failed: " + trouble + ".";
    return problem.isEmpty() ? said : problem + " " + said;
  }

  /** Keeps what was written of a run, for the report. */
  void add(RunResult result) {
    results.add(result);
  }

  /** All results so far, which it lets go of. */
  List<RunResult> takeResults() {
    List<RunResult> taken = List.copyOf(results);
    results.clear();
    return taken;
  }

  /** Writes the results of a run that has ended, from what the store in a file has. From any thread. */
  RunResult writeRun(Path storeFile, StoredRun run) throws IOException {
    Files.createDirectories(folder);
    try (Store store = Store.openToRead(storeFile)) {
      return new StoredResults(store, plan(), new ResultsFolder(folder), wish.csvFormat())
          .writeRun(run);
    }
  }

  /**
   * Writes the results of those of {@code runs} that have ended, and the report over them, as {@link
   * #writeRun} does. From any thread.
   */
  Path writeAll(Path storeFile, List<StoredRun> runs) throws IOException {
    var written = new ArrayList<RunResult>();
    for (StoredRun run : runs) {
      if (run.state() == RunState.RUN_STATE_ENDED) {
        written.add(writeRun(storeFile, run));
      }
    }
    return writeReport(written);
  }

  /** Writes the report over {@code of} and returns the folder that it is in. From any thread. */
  Path writeReport(List<RunResult> of) throws IOException {
    new ResultsFolder(folder)
        .writeReport(new ExperimentResult(plan().name(), document().getText(), of));
    return folder;
  }
}
