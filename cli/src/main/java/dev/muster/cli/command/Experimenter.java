package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.cli.terminal.LiveView;
import dev.muster.cli.terminal.ResultTable;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.SubmitRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jline.utils.Signals;

/** Submits an experiment, follows it to its end, and brings its results home. */
final class Experimenter {

  private final ControlClient client;
  private final LiveView view;
  private final List<Summary> runs = new ArrayList<>();
  private final Set<String> started = new HashSet<>();
  private final Set<String> ended = new HashSet<>();
  private final AtomicInteger interrupts = new AtomicInteger();
  private String problem = "";
  private volatile boolean isAway;

  Experimenter(ControlClient client, LiveView view) {
    this.client = client;
    this.view = view;
  }

  /**
   * Submits and follows. Ctrl-C stops the experiment; a second one does not wait for requests in
   * flight, a third ends this process.
   *
   * @return the experiment's id
   */
  String run(SubmitRequest request) {
    String id = client.submit(request).getExperimentId();
    Runnable interrupted = () -> interrupted(id);
    Object before = Signals.register("INT", interrupted);
    Object beforeTerm = Signals.register("TERM", interrupted);
    try {
      client.follow(
          id, this::read, this::coordinatorIsGone);
    } finally {
      Signals.unregister("INT", before);
      Signals.unregister("TERM", beforeTerm);
    }
    return id;
  }

  private void interrupted(String id) {
    if (isAway) {
      view.note(
          "Nobody can be told to stop. The experiment goes on when it is back; 'muster runs stop' "
              + "stops it then.");
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED.status());
    }
    switch (interrupts.incrementAndGet()) {
      case 1 -> {
        view.note("Stopping: waits for requests in flight, then writes what was measured. "
            + "Ctrl-C again: without waiting.");
        inBackground(() -> client.stop(id, false));
      }
      case 2 -> inBackground(() -> client.stop(id, true));
      default -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.status());
    }
  }

  private void coordinatorIsGone() {
    isAway = true;
    view.note("The coordinator is gone; waits for it to be back.");
  }

  /** A signal must not wait for an answer. */
  private static void inBackground(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private void read(FollowResponse event) {
    isAway = false;
    if (isKnown(event)) {
      return;
    }
    view.show(event);
    if (event.hasRunEnded()) {
      Summary summary = SummaryJson.parse(event.getRunEnded().getSummaryJson());
      runs.add(summary);
      view.note(ResultTable.line(summary));
    }
    if (event.hasExperimentEnded()) {
      problem = event.getExperimentEnded().getProblem();
    }
  }

  /** Of a coordinator that is back one hears some things again. */
  private boolean isKnown(FollowResponse event) {
    return switch (event.getEventCase()) {
      case RUN_STARTED -> !started.add(event.getRunStarted().getRunId());
      case RUN_ENDED -> !ended.add(event.getRunEnded().getRunId());
      default -> false;
    };
  }

  /**
   * Brings the results into {@code folder}, and copies of the CSV files to where {@code csvPrefix}
   * says: {@code Results/three_tier} gives {@code Results/three_tier_50_stats.csv}, with the number of
   * users or the rate.
   *
   * @param csvPrefix empty for no copies
   */
  void fetch(String id, Path folder, String csvPrefix) {
    client.fetch(id, folder);
    if (csvPrefix.isEmpty()) {
      return;
    }
    for (Summary run : runs) {
      try (Stream<Path> files = Files.list(folder.resolve(run.run()))) {
        Path prefix = Path.of(csvPrefix + "_" + run.size().text());
        if (prefix.getParent() != null) {
          Files.createDirectories(prefix.getParent());
        }
        for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
          String ending = file.getFileName().toString().substring(run.run().length());
          Files.copy(
              file, Path.of(prefix + ending), StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Prints the table of the runs. */
  void printTable(Consumer<String> out) {
    if (!runs.isEmpty()) {
      out.accept("");
      ResultTable.of(runs).forEach(out);
      out.accept("");
    }
  }

  /**
   * With what the command ends.
   *
   * @throws UserError if not all runs were made and nobody interrupted
   */
  ExitCode exitCode() {
    if (interrupts.get() > 0) {
      return ExitCode.INTERRUPTED;
    }
    if (!problem.isEmpty()) {
      throw new UserError(ExitCode.FAILED, problem);
    }
    return runs.stream().anyMatch(run -> run.verdict().state() == Verdict.State.INVALID)
        ? ExitCode.INVALID
        : ExitCode.PASSED;
  }
}
