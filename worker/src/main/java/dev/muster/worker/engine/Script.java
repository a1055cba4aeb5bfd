package dev.muster.worker.engine;

import dev.muster.plan.RunPlan;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A run's scenarios made ready to be followed: requests and series are numbered, times are
 * nanoseconds. Shared by all event loops.
 *
 * @param requests every request of the plan; a request's index is its place here
 * @param series what is counted together, see {@link SeriesName}
 * @param scenarios in the order of the plan
 * @param cycle the scenario of user or arrival <i>i</i> stands at <i>i</i> mod its length
 */
public record Script(
    List<ScriptRequest> requests,
    List<SeriesName> series,
    List<ScriptScenario> scenarios,
    List<Integer> cycle) {

  /** Requests of one method and name are counted together. */
  public record SeriesName(String method, String name) {}

  /**
   * A request as the engine sees it.
   *
   * @param step what is sent
   * @param series the index of its series
   * @param timeoutNanos the longest wait for its whole answer
   * @param connectTimeoutNanos the longest wait for a connection
   */
  public record ScriptRequest(
      Step.Request step, int series, long timeoutNanos, long connectTimeoutNanos) {}

  record ScriptScenario(List<ScriptTask> tasks, int weights, long pacingNanos) {}

  record ScriptTask(int weight, List<ScriptStep> steps) {}

  sealed interface ScriptStep {

    record Send(int request) implements ScriptStep {}

    record Think(long atLeastNanos, long atMostNanos) implements ScriptStep {}
  }

  /** The script of {@code run}. */
  public static Script of(RunPlan run) {
    var requests = new ArrayList<ScriptRequest>();
    var series = new ArrayList<SeriesName>();
    var scenarios = new ArrayList<ScriptScenario>();
    var http = run.plan().http();
    for (Scenario scenario : run.scenarios()) {
      var tasks = new ArrayList<ScriptTask>();
      for (Task task : scenario.tasks()) {
        var steps = new ArrayList<ScriptStep>();
        for (Step step : task.steps()) {
          steps.add(switch (step) {
            case Step.Think think -> new ScriptStep.Think(
                think.atLeast().toNanos(), think.atMost().toNanos());
            case Step.Request request -> {
              var name = new SeriesName(request.method().name(), request.name());
              if (!series.contains(name)) {
                series.add(name);
              }
              var timeout = request.timeout() == null ? http.timeout() : request.timeout();
              requests.add(
                  new ScriptRequest(
                      request, series.indexOf(name), timeout.toNanos(),
                      http.connectTimeout().toNanos()));
              yield new ScriptStep.Send(requests.size() - 1);
            }
          });
        }
        tasks.add(new ScriptTask(task.weight(), List.copyOf(steps)));
      }
      scenarios.add(
          new ScriptScenario(
              List.copyOf(tasks),
              tasks.stream().mapToInt(ScriptTask::weight).sum(),
              scenario.pacing() == null ? 0 : scenario.pacing().toNanos()));
    }
    return new Script(
        List.copyOf(requests), List.copyOf(series), List.copyOf(scenarios),
        IntStream.of(run.scenarioCycle()).boxed().toList());
  }

  ScriptScenario scenarioOf(long user) {
    return scenarios.get(cycle.get((int) (user % cycle.size())));
  }
}
