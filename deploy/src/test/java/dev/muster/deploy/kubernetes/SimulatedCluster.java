package dev.muster.deploy.kubernetes;

import dev.muster.deploy.program.Program.Said;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What kubectl would say of a cluster that answers by rote. */
final class SimulatedCluster implements Kubectl {

  /** A call, with what it was given to read. */
  record Call(String arguments, String input) {}

  private final List<Call> calls = new ArrayList<>();
  private final Map<String, String> answers = new HashMap<>();
  private final Map<String, String> failures = new HashMap<>();

  /** What it says from now on to calls that begin so. */
  SimulatedCluster says(String beginning, String... lines) {
    answers.put(beginning, String.join("\n", lines));
    return this;
  }

  /** Calls that begin so fail from now on. */
  SimulatedCluster fails(String beginning, String error) {
    failures.put(beginning, error);
    return this;
  }

  List<Call> calls(String beginning) {
    return calls.stream().filter(call -> call.arguments().startsWith(beginning)).toList();
  }

  @Override
  public Said run(List<String> arguments, String input) {
    String call = String.join(" ", arguments);
    calls.add(new Call(call, input));
    for (var failure : failures.entrySet()) {
      if (call.startsWith(failure.getKey())) {
        return new Said(1, "", failure.getValue());
      }
    }
    return new Said(
        0,
        answers.entrySet()
            .stream()
            .filter(answer -> call.startsWith(answer.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(""),
        "");
  }
}
