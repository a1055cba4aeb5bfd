package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.document.Pieces;
import dev.muster.plan.document.Place;
import dev.muster.plan.document.Problems;
import dev.muster.plan.document.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that is being read, and all that its reader needs to say what is wrong with it.
 *
 * @param value the value
 * @param owner the place of the value's key, where what is missing in it is reported
 * @param path the value's path, as an override names it; empty for the whole plan
 * @param problems takes what is wrong
 * @param environment the environment variables that were given
 */
public record Cursor(
    Value value,
    Place owner,
    String path,
    Problems problems,
    Map<String, String> environment) {

  /** The value of a key of this map. */
  Cursor child(Value.Entry entry) {
    return new Cursor(
        entry.value(), entry.keyPlace(), below(entry.key()), problems, environment);
  }

  /** An item of this list. */
  Cursor item(int index, Value item) {
    return new Cursor(item, item.place(), below(Integer.toString(index)), problems, environment);
  }

  private String below(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Reports what is wrong with the value. */
  public void problem(String message, String hint) {
    problems.add(value.place(), path, message, hint);
  }

  /** Reports what is wrong with the whole of a map or list, or missing in it. */
  public void missing(String message, String hint) {
    problems.add(owner, path, message, hint);
  }

  /** Reports what is wrong with a key of this map. */
  void keyProblem(Value.Entry entry, String message, String hint) {
    problems.add(entry.keyPlace(), path, message, hint);
  }

  /** Whether a key of this map can be read; if not, it has been reported. */
  boolean keyFits(Value.Entry entry, Word.Reader<String> reader) {
    try {
      reader.read(entry.key());
      return true;
    } catch (Misfit e) {
      keyProblem(entry, e.problem(), e.hint());
      return false;
    }
  }

  /** Reports that the value is of another kind than {@code expected}; a broken one has been. */
  void wrongKind(String expected) {
    switch (value) {
      case Value.Broken _ -> problems.metAgain();
      case Value.Nothing _ -> missing("has no value", "expected " + expected);
      default -> problem("is " + value.kind(), "expected " + expected);
    }
  }

  /** The value's text, cut at its placeholders; null when there is none, as was reported. */
  @Nullable
  Pieces pieces(String expected) {
    if (!(value instanceof Value.Scalar scalar)) {
      wrongKind(expected);
      return null;
    }
    try {
      return Pieces.of(scalar.text(), environment);
    } catch (Misfit e) {
      problem(e.problem(), e.hint());
      return null;
    }
  }

  /** The value's text, in which nothing is left to be filled in; null when there is none. */
  @Nullable
  String text(String expected) {
    Pieces pieces = pieces(expected);
    if (pieces == null) {
      return null;
    }
    if (pieces.plain().isEmpty()) {
      problem(quoted(pieces.written()) + " is not fixed",
          "only paths, headers and bodies are filled in for each request; expected " + expected);
    }
    return pieces.plain().orElse(null);
  }

  /** Text as a message shows it: short, in quotes, with no control characters. */
  static String quoted(String text) {
    String shown = text.codePoints()
        .limit(60)
        .map(point -> Character.isISOControl(point) ? '\uFFFD' : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
    return "\"" + shown + (shown.length() < text.length() ? "…" : "") + "\"";
  }
}
