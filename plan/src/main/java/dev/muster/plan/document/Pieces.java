package dev.muster.plan.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The text of a value, cut at its placeholders. Environment variables are filled in first and once:
 * what stands in them is text, never a placeholder. Two dollar signs before a brace stand for
 * one dollar sign and the brace, which is not a placeholder then.
 *
 * @param parts in order; no two literals are neighbours
 */
public record Pieces(List<Piece> parts) {

  private static final String ENVIRONMENT = "env";

  /** A part of a text. */
  public sealed interface Piece {}

  /** Text. */
  public record Literal(String text) implements Piece {}

  /**
   * A place to be filled in.
   *
   * @param word what it is, such as {@code random}
   * @param arguments what stands in its parentheses; empty when it has none
   */
  public record Placeholder(String word, Optional<String> arguments) implements Piece {

    /** As in the plan. */
    public String written() {
      return "${" + word + arguments.map(inner -> "(" + inner + ")").orElse("") + "}";
    }
  }

  public Pieces {
    parts = List.copyOf(parts);
  }

  /** The pieces of {@code text}, with variables from {@code environment} filled in. */
  public static Pieces of(String text, Map<String, String> environment) throws Misfit {
    var parts = new ArrayList<Piece>();
    var literal = new StringBuilder();
    for (Piece piece : cut(text)) {
      switch (piece) {
        case Literal(var inner) -> literal.append(inner);
        case Placeholder placeholder when placeholder.word().equals(ENVIRONMENT) ->
          literal.append(variable(placeholder, environment));
        case Placeholder placeholder -> {
          addLiteral(parts, literal);
          parts.add(placeholder);
        }
      }
    }
    addLiteral(parts, literal);
    return new Pieces(parts);
  }

  /** The names of the environment variables that {@code text} uses. */
  public static Stream<String> environmentNames(String text) {
    try {
      return cut(text).stream()
          .filter(Placeholder.class::isInstance)
          .map(Placeholder.class::cast)
          .filter(placeholder -> placeholder.word().equals(ENVIRONMENT))
          .map(Pieces::variableName)
          .filter(Pieces::isVariableName);
    } catch (Misfit e) {
      return Stream.empty();
    }
  }

  /** The text, when nothing in it is left to be filled in. */
  public Optional<String> plain() {
    return parts.stream().allMatch(Literal.class::isInstance)
        ? Optional.of(written())
        : Optional.empty();
  }

  /** The text with its placeholders as in the plan. */
  public String written() {
    var text = new StringBuilder();
    for (Piece part : parts) {
      text.append(switch (part) {
        case Literal literal -> literal.text();
        case Placeholder placeholder -> placeholder.written();
      });
    }
    return text.toString();
  }

  /** All literal text. */
  public Stream<String> literals() {
    return parts.stream().filter(Literal.class::isInstance).map(part -> ((Literal) part).text());
  }

  private static List<Piece> cut(String text) throws Misfit {
    var parts = new ArrayList<Piece>();
    var literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$${", at)) {
        literal.append("${");
        at += 3;
      } else if (text.startsWith("${", at)) {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new Misfit("\"${\" is not closed", "write $${ for the text ${");
        }
        addLiteral(parts, literal);
        parts.add(placeholder(text.substring(at + 2, end)));
        at = end + 1;
      } else {
        literal.append(text.charAt(at++));
      }
    }
    addLiteral(parts, literal);
    return parts;
  }

  private static void addLiteral(List<Piece> parts, StringBuilder literal) {
    if (!literal.isEmpty()) {
      parts.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private static Placeholder placeholder(String inner) {
    String trimmed = inner.strip();
    int open = trimmed.indexOf('(');
    return open >= 0 && trimmed.endsWith(")")
        ? new Placeholder(trimmed.substring(0, open).strip(),
            Optional.of(trimmed.substring(open + 1, trimmed.length() - 1)))
        : new Placeholder(trimmed, Optional.empty());
  }

  private static String variable(Placeholder placeholder, Map<String, String> environment)
      throws Misfit {
    String name = variableName(placeholder);
    if (!isVariableName(name)) {
      throw new Misfit(placeholder.written() + " names no environment variable",
          "write ${env(NAME)} or ${env(NAME, default)}");
    }
    String value = environment.get(name);
    if (value != null) {
      return value;
    }
    String arguments = placeholder.arguments().orElse("");
    int comma = arguments.indexOf(',');
    if (comma < 0) {
      throw new Misfit("the environment variable " + name + " is not set",
          "set it, or give a default: ${env(" + name + ", …)}");
    }
    return arguments.substring(comma + 1).strip();
  }

  private static String variableName(Placeholder placeholder) {
    return placeholder.arguments().orElse("").split(",", 2)[0].strip();
  }

  private static boolean isVariableName(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*");
  }
}
