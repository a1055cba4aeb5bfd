package dev.muster.plan.grammar;

import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What users do, as a plan writes it. */
public final class ScenarioShapes {

  private static final int WEIGHT_MAX = 10_000;

  /** The name of the only scenario, and of a scenario's only task, where the plan gives none. */
  private static final String UNNAMED = "default";

  private static final Field<List<Step>> STEPS = Field.optional("steps", Steps.list(),
      "[ { get: / } ]", "What is done in each iteration, in order.");
  private static final Field<Integer> WEIGHT = Field.optional("weight",
      Numbers.count(1, WEIGHT_MAX), "3",
      "How large a part it is, relative to the others; 1 when not given.");

  private static final Field<String> TASK_NAME = Field.required("name", Texts.name(), "look",
      "The task's name.");
  private static final Field<List<Step>> TASK_STEPS = Field.required("steps", Steps.list(),
      "[ { get: / } ]", "What is done, in order.");
  private static final Shape<Task> TASK = new Shape<>("task",
      "One of the things that a user may do in an iteration.",
      List.of(TASK_NAME, WEIGHT, TASK_STEPS), List.of(), Map.of(),
      contents -> contents.clean()
          ? new Task(contents.need(TASK_NAME), contents.get(WEIGHT, 1), contents.need(TASK_STEPS))
          : null);

  private static final Field<List<Task>> TASKS = Field.optional("tasks",
      new ListOf<>(TASK, "a list of tasks", Task::name).then(ScenarioShapes::light),
      "[ { name: look, weight: 5, steps: [ { get: / } ] } ]",
      "Of which each iteration draws one, by weight.");
  private static final Field<Step.Think> FINAL_THINK = Field.optional("think", Times.think(),
      "1s..2s", "A wait at the end of every task.");
  private static final Field<Duration> PACING = Field.optional("pacing", Times.positive(),
      "10s", "The least time from the start of one iteration to the start of the next.");

  private static final Rule STEPS_OR_TASKS = new Rule.OneOf(List.of("steps", "tasks"), false);

  private static final Shape<Scenario> SINGLE = new Shape<>("scenario",
      "What every user does.", List.of(STEPS, TASKS, FINAL_THINK, PACING),
      List.of(STEPS_OR_TASKS), Map.of(), ScenarioShapes::scenario);
  private static final Shape<Scenario> WEIGHTED = new Shape<>("weighted-scenario",
      "What one kind of user does.", List.of(WEIGHT, STEPS, TASKS, FINAL_THINK, PACING),
      List.of(STEPS_OR_TASKS), Map.of(), ScenarioShapes::scenario);

  private ScenarioShapes() {}

  /** The only scenario of a plan: a list of steps, or a map. */
  public static Type<List<Scenario>> scenario() {
    Type<Scenario> list = Steps.list()
        .then((_, steps) -> new Scenario(
            UNNAMED, 1, List.of(new Task(UNNAMED, 1, steps)), null));
    return new ListOr<>(list, SINGLE).then((_, scenario) -> List.of(scenario));
  }

  /** Several scenarios by name. */
  public static Type<List<Scenario>> scenarios() {
    return new MapOf<>(Texts::checkName, Texts.NAME_PATTERN, WEIGHTED, 1,
        "a map of names to scenarios")
        .then((at, named) -> {
          List<Scenario> scenarios = named.stream().map(ScenarioShapes::named).toList();
          return heavy(at, scenarios.stream().mapToInt(Scenario::weight).sum()) ? null : scenarios;
        });
  }

  private static Scenario named(MapOf.Named<Scenario> entry) {
    Scenario scenario = entry.value();
    return new Scenario(entry.name(), scenario.weight(), scenario.tasks(), scenario.pacing());
  }

  private static @Nullable Scenario scenario(Contents<Scenario> contents) {
    if (!contents.clean()) {
      return null;
    }
    List<Step> steps = contents.get(STEPS);
    List<Task> tasks = steps == null
        ? contents.need(TASKS)
        : List.of(new Task(UNNAMED, 1, steps));
    Step.Think think = contents.get(FINAL_THINK);
    return new Scenario(UNNAMED, contents.get(WEIGHT, 1),
        think == null ? tasks : tasks.stream().map(task -> followedBy(think, task)).toList(),
        contents.get(PACING));
  }

  private static Task followedBy(Step.Think think, Task task) {
    var steps = new ArrayList<>(task.steps());
    steps.add(think);
    return new Task(task.name(), task.weight(), steps);
  }

  private static @Nullable List<Task> light(Cursor at, List<Task> tasks) {
    return heavy(at, tasks.stream().mapToInt(Task::weight).sum()) ? null : tasks;
  }

  private static boolean heavy(Cursor at, int weights) {
    if (weights > WEIGHT_MAX) {
      at.missing("the weights add up to " + weights, "expected at most " + WEIGHT_MAX);
    }
    return weights > WEIGHT_MAX;
  }
}
