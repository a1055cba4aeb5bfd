package dev.muster.target.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests with a word where these programs are not installed; fails them there if the environment
 * says {@code MUSTER_SERVICES=required}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPrograms.Installed.class)
public @interface NeedsPrograms {
  /** Their names, such as {@code haproxy}. */
  String[] value();

  /** Decides for each. */
  final class Installed implements ExecutionCondition {
    private static final String SWITCH = "MUSTER_SERVICES";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return context.getElement()
          .map(element -> element.getAnnotation(NeedsPrograms.class))
          .flatMap(needs -> Arrays.stream(needs.value())
              .filter(name -> Programs.find(name).isEmpty())
              .findFirst())
          .map(Installed::missing)
          .orElseGet(() -> ConditionEvaluationResult.enabled("all programs are installed"));
    }

    private static ConditionEvaluationResult missing(String program) {
      String reason = program + " is not installed; build/services/install installs it";
      if ("required".equals(System.getenv(SWITCH))) {
        throw new IllegalStateException(reason + ", and " + SWITCH + "=required");
      }
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
