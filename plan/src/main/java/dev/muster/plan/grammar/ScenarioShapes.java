package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What users do, as a plan writes it. */
public final class ScenarioShapes {

  private static final int WEIGHT_MAX = 10_000;

  /** The name of the only scenario, and of a scenario's only task, where the plan gives none. */
  private static final String UNNAMED = "default";

  private static final Field<Templates.Written> GET = method("get");
  private static final Field<Templates.Written> POST = method("post");
  private static final Field<Templates.Written> PUT = method("put");
  private static final Field<Templates.Written> DELETE = method("delete");
  private static final Map<Step.Method, Field<Templates.Written>> METHODS = Map.of(
      Step.Method.GET, GET, Step.Method.POST, POST,
      Step.Method.PUT, PUT, Step.Method.DELETE, DELETE);
  private static final Field<String> REQUEST_NAME = Field.optional("name", Texts.requestName(),
      "/customers/{id}", "Under which name the request is counted; its path when not given.");
  private static final Field<List<Header>> HEADERS = Field.optional("headers", Templates.headers(),
      "{ Accept: application/json }", "Headers sent after those of the plan.");
  private static final Field<Template> BODY = Field.optional("body", Templates.body(),
      "'{\"n\": ${iteration}}'", "What is sent.");
  private static final Field<Duration> TIMEOUT = Field.optional("timeout", Times.positive(),
      "10s", "The longest wait for the whole answer; the plan's when not given.");
  private static final Field<Step.Think> THINK = Field.optional("think", Times.think(),
      "5s..9s", "A wait, drawn uniformly between two times, or always the same.");

  private static final Shape<Step> STEP = new Shape<>("step",
      "A request, or a wait.",
      List.of(GET, POST, PUT, DELETE, THINK, REQUEST_NAME, HEADERS, BODY, TIMEOUT),
      List.of(
          new Rule.OneOf(List.of("get", "post", "put", "delete", "think")),
          new Rule.Excludes("think", List.of("name", "headers", "body", "timeout"),
              "a wait is a step of its own")),
      foreignMethods(),
      ScenarioShapes::step);

  private static final Type<List<Step>> STEP_LIST = new ListOf<>(STEP, "a list of steps")
      .then(ScenarioShapes::withRequest);

  private static final Field<List<Step>> STEPS = Field.optional("steps", STEP_LIST,
      "[ { get: / } ]", "What is done in each iteration, in order.");
  private static final Field<Integer> WEIGHT = Field.optional("weight",
      Numbers.count(1, WEIGHT_MAX), "3",
      "How large a part it is, relative to the others; 1 when not given.");

  private static final Field<String> TASK_NAME = Field.required("name", Texts.name(), "look",
      "The task's name.");
  private static final Field<List<Step>> TASK_STEPS = Field.required("steps", STEP_LIST,
      "[ { get: / } ]", "What is done, in order.");
  private static final Shape<Task> TASK = new Shape<>("task",
      "One of the things that a user may do in an iteration.",
      List.of(TASK_NAME, WEIGHT, TASK_STEPS), List.of(), Map.of(),
      contents -> contents.clean()
          ? new Task(contents.need(TASK_NAME), contents.get(WEIGHT, 1), contents.need(TASK_STEPS))
          : null);

  private static final Field<List<Task>> TASKS = Field.optional("tasks",
      new ListOf<>(TASK, "a list of tasks").then(ScenarioShapes::distinct),
      "[ { name: look, weight: 5, steps: [ { get: / } ] } ]",
      "Of which each iteration draws one, by weight.");
  private static final Field<Step.Think> FINAL_THINK = Field.optional("think", Times.think(),
      "1s..2s", "A wait at the end of every task.");
  private static final Field<Duration> PACING = Field.optional("pacing", Times.positive(),
      "10s", "The least time from the start of one iteration to the start of the next.");

  private static final Rule STEPS_OR_TASKS = new Rule.OneOf(List.of("steps", "tasks"));

  private static final Shape<Scenario> SINGLE = new Shape<>("scenario",
      "What every user does.", List.of(STEPS, TASKS, FINAL_THINK, PACING),
      List.of(STEPS_OR_TASKS), Map.of(), ScenarioShapes::scenario);
  private static final Shape<Scenario> WEIGHTED = new Shape<>("weighted-scenario",
      "What one kind of user does.", List.of(WEIGHT, STEPS, TASKS, FINAL_THINK, PACING),
      List.of(STEPS_OR_TASKS), Map.of(), ScenarioShapes::scenario);

  private ScenarioShapes() {}

  /** The only scenario of a plan: a list of steps, or a map. */
  public static Type<List<Scenario>> scenario() {
    Type<Scenario> list = STEP_LIST.then((_, steps) -> new Scenario(
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

  private static @Nullable Step step(Contents<Step> contents) {
    Step.Think think = contents.get(THINK);
    if (think != null) {
      return think;
    }
    for (var method : Step.Method.values()) {
      Field<Templates.Written> field = METHODS.getOrDefault(method, GET);
      Templates.Written path = contents.get(field);
      if (path != null) {
        String name = contents.get(REQUEST_NAME, path.text());
        if (!contents.has(REQUEST_NAME)) {
          checkLength(contents, field, name);
        }
        return new Step.Request(method, path.template(), name, contents.get(HEADERS, List.of()),
            contents.get(BODY), contents.get(TIMEOUT));
      }
    }
    return null;
  }

  private static void checkLength(
      Contents<Step> contents, Field<Templates.Written> field, String path) {
    try {
      Texts.checkLength(path);
    } catch (Misfit e) {
      contents.problem(field, "as a name " + e.problem(), e.hint() + "; give the request a name");
    }
  }

  private static @Nullable List<Step> withRequest(Cursor at, List<Step> steps) {
    if (steps.stream().anyMatch(Step.Request.class::isInstance)) {
      return steps;
    }
    at.missing("sends no request", "expected one of get, post, put, delete in it");
    return null;
  }

  private static @Nullable List<Task> distinct(Cursor at, List<Task> tasks) {
    Set<String> names = new HashSet<>();
    for (Task task : tasks) {
      if (!names.add(task.name())) {
        at.missing("the task " + task.name() + " stands in it twice", "give each its own name");
        return null;
      }
    }
    return heavy(at, tasks.stream().mapToInt(Task::weight).sum()) ? null : tasks;
  }

  private static boolean heavy(Cursor at, int weights) {
    if (weights > WEIGHT_MAX) {
      at.missing("the weights add up to " + weights, "expected at most " + WEIGHT_MAX);
    }
    return weights > WEIGHT_MAX;
  }

  private static Field<Templates.Written> method(String word) {
    return Field.optional(word, Templates.path(), "/customers/${random(1, 99)}",
        "Sends " + word.toUpperCase(Locale.ROOT) + " to this path.");
  }

  private static Map<String, String> foreignMethods() {
    var foreign = new HashMap<String, String>();
    for (String method : List.of("patch", "head", "options", "trace", "connect")) {
      foreign.put(method, "the method " + method + " is not known");
    }
    return foreign;
  }
}
