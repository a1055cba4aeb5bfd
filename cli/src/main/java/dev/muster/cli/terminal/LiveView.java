package dev.muster.cli.terminal;

import dev.muster.coordinator.bill.Dollars;
import dev.muster.plan.load.LoadSize;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.Progress;
import dev.muster.v1.RunStarted;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run while it goes on: a progress bar that is drawn over itself on a terminal, a plain line
 * every few seconds elsewhere. For one thread.
 */
public final class LiveView {

  private static final int PLAIN_EVERY_TICKS = 5;
  private static final int BAR_CELLS = 24;
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean live;
  private final int width;
  private @Nullable RunStarted run;
  private boolean lineIsOpen;

  /**
   * @param live whether {@code out} is a terminal that can be drawn on
   * @param width its width in characters
   */
  public LiveView(PrintStream out, boolean live, int width) {
    this.out = out;
    this.live = live;
    this.width = width;
  }

  /** Shows what has happened. */
  public void show(FollowResponse event) {
    switch (event.getEventCase()) {
      case WAITING -> note(event.getWaiting().getReason());
      case RUN_STARTED -> runStarted(event.getRunStarted());
      case PROGRESS -> progress(event.getProgress());
      case RUN_CHANGED -> note(
          "  " + Times.clock(event.getRunChanged().getAtNanos() / 1_000_000_000) + "  "
              + event.getRunChanged().getWhat());
      case RUN_ENDED, EXPERIMENT_ENDED, EVENT_NOT_SET -> closeLine();
    }
  }

  /** Says something beside the progress. */
  public void note(String sentence) {
    if (live) {
      closeLine();
    }
    out.println(sentence);
  }

  private void runStarted(RunStarted started) {
    run = started;
    closeLine();
    note(
        String.format(
            Locale.ROOT, "Run %d of %d, %s: %s on %d %s, %s",
            started.getRunIndex() + 1, started.getRunCount(), started.getName(),
            LoadSize.of(started.getUsers(), started.getRate()).label(), started.getWorkers(),
            started.getWorkers() == 1 ? "worker" : "workers",
            Times.clock(started.getDurationNanos() / 1_000_000_000)));
  }

  private void progress(Progress progress) {
    RunStarted started = run;
    if (started == null) {
      return;
    }
    long seconds = progress.getTick() + 1;
    long planned = Math.ceilDiv(started.getDurationNanos(), 1_000_000_000L);
    if (live) {
      String line = bar(seconds, planned) + "  " + numbers(progress) + "  " + left(
          seconds, planned, progress);
      out.print(CLEAR_LINE + line.substring(0, Math.min(line.length(), width - 1)));
      out.flush();
      lineIsOpen = true;
    } else if (seconds % PLAIN_EVERY_TICKS == 0 || seconds == planned) {
      out.println(
          "  " + Times.clock(seconds) + "  " + numbers(progress) + "  "
              + left(seconds, planned, progress));
    }
  }

  private static String numbers(Progress progress) {
    long ended = progress.getAnswered() + progress.getFailed();
    return String.format(
        Locale.ROOT, "%5s users %7s/s  %s failed%s  p50 %s  p99 %s%s",
        Times.count(progress.getUsers()), Times.count(ended),
        Times.count(progress.getTotalFailed()),
        progress.getTotalDropped() == 0
            ? ""
            : "  " + Times.count(progress.getTotalDropped()) + " dropped",
        Times.ms(progress.getTotalP50Micros() / 1e3),
        Times.ms(progress.getTotalP99Micros() / 1e3),
        progress.getCostUsd().isEmpty()
            ? ""
            : "  " + Dollars.text(new BigDecimal(progress.getCostUsd())));
  }

  private static String left(long seconds, long planned, Progress progress) {
    if (seconds < planned) {
      return Times.clock(planned - seconds) + " left";
    }
    return progress.getInFlight() > 0
        ? "waits for " + progress.getInFlight() + " in flight"
        : "the load has ended";
  }

  private static String bar(long seconds, long planned) {
    int full = (int) Math.min(BAR_CELLS, BAR_CELLS * seconds / Math.max(1, planned));
    return "━".repeat(full) + "╌".repeat(BAR_CELLS - full);
  }

  private void closeLine() {
    if (lineIsOpen) {
      out.print(CLEAR_LINE);
      out.flush();
      lineIsOpen = false;
    }
  }
}
