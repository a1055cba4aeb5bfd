package dev.muster.plan.document;

import java.util.Optional;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns YAML text into a tree. Whatever the text, the answer comes soon and is a tree or a problem:
 * size, depth and expansion through aliases are bounded.
 */
public final class YamlText {

  /** The longest text that is read, in characters. */
  public static final int LENGTH_MAX = 1_000_000;

  private YamlText() {}

  /**
   * The tree of a file's text, or empty when there is none; then a problem says why. Keys that
   * stand twice and the like are problems too, but leave a tree.
   */
  public static Optional<Value> ofFile(String text, Problems problems) {
    Optional<Value> root = read(text, Place.InFile::new, problems);
    if (root.isPresent() && root.get() instanceof Value.Nothing nothing) {
      problems.add(nothing.place(), "", "the plan is empty", "it needs target, scenario and load");
      return Optional.empty();
    }
    return root;
  }

  /** The tree of an override's value; every problem and value has the override as its place. */
  static Optional<Value> ofOverride(String text, Place.InOverride place, Problems problems) {
    return text.isBlank()
        ? Optional.of(new Value.Nothing(place))
        : read(text, (_, _) -> place, problems);
  }

  private static Optional<Value> read(
      String text, BiFunction<Integer, Integer, Place> places, Problems problems) {
    if (text.length() > LENGTH_MAX) {
      problems.add(places.apply(1, 1), "",
          "the plan has " + text.length() + " characters", "at most " + LENGTH_MAX + " are read");
      return Optional.empty();
    }
    String plain = text;
    if (text.startsWith("\uFEFF")) {
      problems.add(places.apply(1, 1), "", "the plan begins with a byte order mark",
          "save it as UTF-8 without one");
      plain = text.substring(1);
    }
    if (!isText(plain, places, problems)) {
      return Optional.empty();
    }
    var settings = LoadSettings.builder().build();
    try {
      var events = new Parse(settings).parseString(plain).iterator();
      return Optional.of(new TreeBuilder(events, places, problems).document());
    } catch (TreeBuilder.Unusable e) {
      problems.add(e.place, "", e.problem, e.hint);
    } catch (MarkedYamlEngineException e) {
      syntaxError(e, plain, places, problems);
    } catch (YamlEngineException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      problems.add(places.apply(1, 1), "", "this is not YAML: " + message, "");
    } catch (IllegalArgumentException e) {
      // The parser takes what is left of a text for the digits of an escape, however little that is.
      problems.add(places.apply(1, 1), "",
          "this is not YAML: an escape such as \\x41 has no number",
          "escapes stand in double quotes; write \\\\ for a backslash there");
    }
    return Optional.empty();
  }

  private static boolean isText(
      String text, BiFunction<Integer, Integer, Place> places, Problems problems) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int character = text.codePointAt(i);
      if (!isPrintable(character)) {
        problems.add(places.apply(line, column), "",
            String.format("the character U+%04X is not text", character),
            "a plan is YAML text in UTF-8");
        return false;
      }
      column++;
      if (character == '\n') {
        line++;
        column = 1;
      }
    }
    return true;
  }

  /** What YAML 1.2 calls printable (production 1), without the byte order mark. */
  private static boolean isPrintable(int character) {
    return character == '\t' || character == '\n' || character == '\r' || character == 0x85
        || (character >= 0x20 && character <= 0x7E)
        || (character >= 0xA0 && character <= 0xD7FF)
        || (character >= 0xE000 && character <= 0xFFFD && character != 0xFEFF)
        || character >= 0x10000;
  }

  private static void syntaxError(MarkedYamlEngineException e, String text,
      BiFunction<Integer, Integer, Place> places, Problems problems) {
    Place place = e.getProblemMark()
        .or(e::getContextMark)
        .map(mark -> place(mark, places))
        .orElseGet(() -> places.apply(1, 1));
    boolean tab = e.getProblemMark()
        .filter(mark -> text.codePoints().skip(mark.getIndex()).findFirst().orElse(' ') == '\t')
        .isPresent();
    if (tab) {
      problems.add(place, "", "a tab stands where spaces belong", "indent with spaces");
      return;
    }
    String context = e.getContextMark()
        .filter(_ -> e.getContext() != null)
        .map(mark -> e.getContext() + " that begins on line " + (mark.getLine() + 1))
        .orElse("");
    problems.add(place, "", "this is not YAML: " + e.getProblem(), context);
  }

  /** The place of a mark, which counts from 0. */
  static Place place(Mark mark, BiFunction<Integer, Integer, Place> places) {
    return places.apply(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
