package dev.muster.target.services;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link NeedsDocker}, once for all tests of a JVM. */
final class DockerCondition implements ExecutionCondition {
  private static final String SWITCH = "MUSTER_SERVICES";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return Checked.MISSING.map(missing -> {
      if ("required".equals(System.getenv(SWITCH))) {
        throw new IllegalStateException(missing + ", but " + SWITCH + "=required");
      }
      // Maven shows that tests were skipped, but not why.
      System.err.println(context.getDisplayName() + " is skipped: " + missing);
      return ConditionEvaluationResult.disabled(missing);
    }).orElseGet(() -> ConditionEvaluationResult.enabled("there is Docker"));
  }

  // What is missing, if anything. Testcontainers would find out by itself, after minutes.
  private static Optional<String> missing() {
    var engine = DockerEngine.find();
    if (engine.isEmpty()) {
      return Optional.of("no Docker engine answers; start one with build/services/docker-up DIR");
    }
    return Images.ALL.stream()
        .filter(image -> !engine.get().provides(image))
        .findFirst()
        .map(image -> "there is no image " + image
            + " and no registry that has it; make it with build/services/docker-up DIR");
  }

  private static final class Checked {
    private static final Optional<String> MISSING = missing();
  }
}
