package dev.muster.cli.terminal;

import dev.muster.plan.Expectation;
import dev.muster.plan.Experiment;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.LoadProfile;
import dev.muster.plan.load.Share;
import dev.muster.plan.load.UserProfile;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a plan will send, in words and a drawing for the terminal. */
public final class PlanPreview {

  private static final String LEVELS = " ▁▂▃▄▅▆▇█";
  private static final int COLUMNS = 60;

  private PlanPreview() {}

  /**
   * The preview's lines.
   *
   * @param answerTime how long the target is taken to need for an answer
   */
  public static List<String> lines(Experiment experiment, int workers, Duration answerTime) {
    Plan plan = experiment.plan();
    var lines = new ArrayList<String>();
    lines.add(plan.name() + " → " + plan.target() + ", seed " + plan.seed());
    lines.add("");
    plan.scenarios().forEach(scenario -> describe(scenario, plan.scenarios().size(), lines));
    for (RunPlan run : experiment.runs()) {
      lines.add("");
      describe(run, workers, answerTime, lines);
    }
    return lines;
  }

  private static void describe(Scenario scenario, int scenarios, List<String> lines) {
    lines.add(
        "scenario " + scenario.name()
            + (scenarios > 1 ? ", weight " + scenario.weight() : "")
            + (scenario.pacing() == null
                ? ""
                : ", an iteration each " + time(scenario.pacing().toNanos()) + " at most"));
    for (Task task : scenario.tasks()) {
      String steps = task.steps().stream().map(PlanPreview::word).collect(Collectors.joining(", "));
      lines.add(
          scenario.tasks().size() > 1
              ? "  task " + task.name() + ", weight " + task.weight() + ": " + steps
              : "  " + steps);
    }
  }

  private static String word(Step step) {
    return switch (step) {
      case Step.Request request -> request.method() + " " + request.name();
      case Step.Think think -> think.atLeast().equals(think.atMost())
          ? "think " + time(think.atLeast().toNanos())
          : "think " + time(think.atLeast().toNanos()) + " to " + time(think.atMost().toNanos());
    };
  }

  private static void describe(
      RunPlan run, int workers, Duration answerTime, List<String> lines) {
    LoadProfile profile = run.profile();
    Expectation expectation = Expectation.of(run, answerTime);
    lines.add(
        "run " + run.name() + ": " + run.size().label() + ", " + time(profile.durationNanos()));
    switch (profile) {
      case UserProfile users -> {
        lines.add("  users    " + drawing(users));
        lines.add("           " + axis(users));
        lines.add(split("  split    ", workers, worker -> share(run, worker, workers).size(), ""));
      }
      case ArrivalProfile arrivals -> {
        lines.add("  arrivals " + arrivals(arrivals));
        lines.add(
            split("  split    ", workers, worker -> share(run, worker, workers).size(), " lanes"));
        if (arrivals.maxUsers() != null) {
          lines.add(
              split(
                  "  at most  ", workers,
                  worker -> arrivals.places(share(run, worker, workers).lanes().toArray()),
                  " users at once"));
        }
      }
    }
    lines.add(
        Double.isFinite(expectation.requests())
            ? String.format(
                Locale.ROOT, "  expected %,.0f ± %,.1f requests when an answer takes %s",
                expectation.requests(), expectation.sd(), time(answerTime.toNanos()))
            : "  expected as many requests as the target answers: nothing is waited for");
  }

  private static String arrivals(ArrivalProfile profile) {
    return switch (profile.arrivals()) {
      case REGULAR -> Times.count(profile.regularBefore(profile.durationNanos()))
          + ", one each " + time(profile.rate().nanosUntil(1));
      case POISSON -> {
        double mean = profile.meanBefore(profile.durationNanos());
        yield String.format(Locale.ROOT, "%,.0f ± %,.1f, at random", mean, Math.sqrt(mean));
      }
    };
  }

  private static Share share(RunPlan run, int worker, int workers) {
    return Share.of(worker, workers, run.lanes());
  }

  private static String split(String begin, int workers, IntUnaryOperator part, String unit) {
    return begin + IntStream.range(0, workers)
        .map(part)
        .mapToObj(Times::count)
        .collect(Collectors.joining(" + ")) + unit
        + " on " + workers + (workers == 1 ? " worker" : " workers");
  }

  private static String drawing(UserProfile profile) {
    var text = new StringBuilder();
    for (int column = 0; column < COLUMNS; column++) {
      long instant = (2L * column + 1) * (profile.durationNanos() / (2 * COLUMNS));
      int level = Math.ceilDiv(
          profile.usersAt(instant) * (LEVELS.length() - 1), Math.max(1, profile.users()));
      text.append(LEVELS.charAt(level));
    }
    return text.append("  ").append(Times.count(profile.users())).toString();
  }

  private static String axis(UserProfile profile) {
    String end = time(profile.durationNanos());
    String middle = time(profile.durationNanos() / 2);
    int half = COLUMNS / 2;
    return "0" + " ".repeat(Math.max(1, half - 1 - middle.length() / 2)) + middle
        + " ".repeat(Math.max(1, half - middle.length() + middle.length() / 2 - end.length()))
        + end;
  }

  private static String time(long nanos) {
    double seconds = nanos / 1e9;
    if (seconds >= 60) {
      long whole = nanos / 1_000_000_000;
      return whole / 60 + " min" + (whole % 60 == 0 ? "" : " " + whole % 60 + " s");
    }
    String number = seconds >= 1
        ? String.format(Locale.ROOT, "%.3f", seconds)
        : String.format(Locale.ROOT, "%.3f", seconds * 1e3);
    return number.replaceFirst("\\.?0+$", "") + (seconds >= 1 ? " s" : " ms");
  }
}
