package dev.muster.deploy.kubernetes;

import dev.muster.deploy.program.Program;
import dev.muster.deploy.program.Program.Said;
import dev.muster.deploy.spawn.PlaceProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The system's {@code kubectl}, with the user's own context, in a namespace. */
interface Kubectl {

  /** Runs it to its end. What is secret comes by its input, never among its arguments. */
  Said run(List<String> arguments, String input);

  /** That which is on the PATH. */
  static Kubectl in(String namespace) {
    return (arguments, input) -> {
      var command = new ArrayList<>(
          List.of("kubectl", "--namespace", namespace, "--request-timeout=20s"));
      command.addAll(arguments);
      return Program.run(command, input, Duration.ofSeconds(60));
    };
  }

  /**
   * What it says.
   *
   * @param doing what was tried, to follow "cannot"
   * @throws PlaceProblem if it fails, with what it says of that
   */
  default String said(String doing, List<String> arguments, String input) {
    Said said = run(arguments, input);
    if (said.succeeded()) {
      return said.out();
    }
    String why = said.err().strip();
    throw new PlaceProblem("Cannot " + doing + ": " + why + advice(why));
  }

  private static String advice(String why) {
    if (why.contains("orbidden")) {
      return "\n  These credentials may not do that; docs/workers.md lists what they need.";
    }
    if (why.contains("namespaces") && why.contains("not found")) {
      return "\n  Name another --namespace, or make it: deploy/kubernetes/README.md tells how.";
    }
    if (why.contains("connect") || why.contains("refused") || why.contains("no such host")
        || why.contains("timeout")) {
      return "\n  No cluster answers; look at 'kubectl config current-context'.";
    }
    return "";
  }
}
