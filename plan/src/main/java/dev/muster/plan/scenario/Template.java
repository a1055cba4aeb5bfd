package dev.muster.plan.scenario;

import dev.muster.plan.load.LaneRandom;
import java.util.List;

/**
 * Text with places that are filled in for each request. Rendering draws from the lane's random stream
 * once for each {@link RandomInteger}, in order, and never otherwise.
 *
 * @param parts in the order of the text
 */
public record Template(List<Part> parts) {

  public Template {
    parts = List.copyOf(parts);
  }

  /** A piece of a template. */
  public sealed interface Part {}

  /** Text that is sent as it stands. */
  public record Literal(String text) implements Part {}

  /** {@code ${random(from, to)}}: an integer, uniform, both ends included; {@code from <= to}. */
  public record RandomInteger(long from, long to) implements Part {}

  /** {@code ${user}}: the number of the user, from 0 on, or that of the arrival. */
  public record UserNumber() implements Part {}

  /** {@code ${iteration}}: the number of the user's iteration, counted from 0. */
  public record IterationNumber() implements Part {}

  /** A template without places to fill. */
  public static Template literal(String text) {
    return new Template(List.of(new Literal(text)));
  }

  /** The text for one request of one user. */
  public String render(long user, long iteration, LaneRandom random) {
    var text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Literal literal -> text.append(literal.text());
        case RandomInteger range -> text.append(random.between(range.from(), range.to()));
        case UserNumber() -> text.append(user);
        case IterationNumber() -> text.append(iteration);
      }
    }
    return text.toString();
  }
}
