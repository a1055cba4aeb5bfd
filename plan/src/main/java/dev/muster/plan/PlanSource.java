package dev.muster.plan;

import java.util.List;
import java.util.Map;

/**
 * All that a plan is made of. Equal sources give equal readings, on any machine.
 *
 * @param fileName names the file in problems, and the plan when it has no name of its own
 * @param text the file's text
 * @param overrides such as {@code load.users=100}, laid over the text one after another
 * @param environment the environment variables that the text may use
 */
public record PlanSource(
    String fileName,
    String text,
    List<String> overrides,
    Map<String, String> environment) {

  public PlanSource {
    overrides = List.copyOf(overrides);
    environment = Map.copyOf(environment);
  }
}
