package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.document.NearestWord;
import dev.muster.plan.document.Pieces;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts that are filled in for each request, and what may stand in them. */
public final class Templates {

  private static final List<String> WORDS = List.of("random", "user", "iteration", "env");
  private static final String KNOWN = "expected ${random(from, to)}, ${user}, ${iteration} or ${env(NAME)}";
  private static final Pattern RANGE = Pattern
      .compile("\\s*(-?[0-9]{1,18})\\s*,\\s*(-?[0-9]{1,18})\\s*");

  /** A token of RFC 9110, section 5.6.2. */
  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

  /** What the engine itself must say, lest a request end elsewhere than it thinks. */
  private static final Set<String> RESERVED = Set.of("connection", "content-length",
      "transfer-encoding");

  /** Says what is wrong with the pieces of a text. */
  private interface Check {
    void check(Pieces pieces) throws Misfit;
  }

  /** A template with the text that it was made from. */
  record Written(Template template, String text) {}

  private record TemplateType(String expected, Map<String, Object> schema,
      Check check) implements Type<Written> {

    @Override
    public @Nullable Written read(Cursor at) {
      Pieces pieces = at.pieces(expected);
      if (pieces == null) {
        return null;
      }
      try {
        check.check(pieces);
        return new Written(template(pieces), pieces.written());
      } catch (Misfit e) {
        at.problem(e.problem(), e.hint().isEmpty() ? "expected " + expected : e.hint());
        return null;
      }
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
      return schema;
    }
  }

  private Templates() {}

  /** The path of a request, with its query. */
  static Type<Written> path() {
    return new TemplateType("a path such as /customers/${random(1, 99)}",
        Json.object("type", "string", "pattern", "^(?:/|\\$\\{env\\()"), Templates::checkPath);
  }

  /** The body of a request. */
  static Type<Template> body() {
    return new TemplateType("a text",
        Json.object("type", List.of("string", "number", "boolean")), _ -> {})
        .then((_, written) -> written.template());
  }

  /** Headers, by name. */
  public static Type<List<Header>> headers() {
    Type<Template> value = new TemplateType("a header's value",
        Json.object("type", List.of("string", "number", "boolean")), Templates::checkHeader)
        .then((_, written) -> written.template());
    return new MapOf<>(Templates::checkHeaderName, TOKEN, value, 0,
        "a map of header names to values")
        .then((_, entries) -> entries.stream()
            .map(entry -> new Header(entry.name(), entry.value()))
            .toList());
  }

  private static String checkHeaderName(String name) throws Misfit {
    if (!name.matches(TOKEN)) {
      throw new Misfit(Cursor.quoted(name) + " cannot be the name of a header",
          "expected letters, digits and - without spaces");
    }
    if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new Misfit("the header " + name + " is set by Muster", "remove it");
    }
    return name;
  }

  private static void checkHeader(Pieces pieces) throws Misfit {
    if (pieces.literals().anyMatch(text -> text.contains("\n") || text.contains("\r"))) {
      throw new Misfit("holds a line break", "a header's value is one line");
    }
    if (pieces.literals()
        .flatMapToInt(String::chars)
        .anyMatch(letter -> letter != '\t' && Character.isISOControl(letter))) {
      throw new Misfit("holds a control character", "");
    }
  }

  private static void checkPath(Pieces pieces) throws Misfit {
    String text = pieces.written();
    if (text.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*://.*")) {
      throw new Misfit(Cursor.quoted(text) + " names a host",
          "expected a path such as /customers; \"target\" holds the host");
    }
    if (!text.startsWith("/")) {
      throw new Misfit(Cursor.quoted(text) + " does not begin with /",
          text.startsWith("${") ? "" : "write /" + text);
    }
    for (int letter : pieces.literals().flatMapToInt(String::codePoints).toArray()) {
      if (letter <= ' ' || letter >= 0x7F || letter == '#') {
        throw new Misfit("holds " + name(letter), "write it as " + percentEncoded(letter));
      }
    }
  }

  private static String name(int letter) {
    return switch (letter) {
      case ' ' -> "a space";
      case '\n', '\r' -> "a line break";
      case '#' -> "a #, and what follows it is never sent";
      default -> letter < ' ' || letter == 0x7F
          ? "a control character"
          : "\"" + Character.toString(letter) + "\", which is not ASCII";
    };
  }

  private static String percentEncoded(int letter) {
    var encoded = new StringBuilder();
    for (byte each : Character.toString(letter).getBytes(StandardCharsets.UTF_8)) {
      encoded.append(String.format("%%%02X", each));
    }
    return encoded.toString();
  }

  private static Template template(Pieces pieces) throws Misfit {
    var parts = new ArrayList<Template.Part>();
    for (Pieces.Piece piece : pieces.parts()) {
      parts.add(switch (piece) {
        case Pieces.Literal(var text) -> new Template.Literal(text);
        case Pieces.Placeholder placeholder -> part(placeholder);
      });
    }
    return new Template(parts);
  }

  private static Template.Part part(Pieces.Placeholder placeholder) throws Misfit {
    return switch (placeholder.word()) {
      case "random" -> random(placeholder);
      case "user" -> bare(placeholder, new Template.UserNumber());
      case "iteration" -> bare(placeholder, new Template.IterationNumber());
      default -> throw new Misfit("there is no " + placeholder.written(), KNOWN
          + NearestWord.question(placeholder.word(), WORDS).map(q -> "; " + q).orElse(""));
    };
  }

  private static Template.Part bare(Pieces.Placeholder placeholder, Template.Part part)
      throws Misfit {
    if (placeholder.arguments().isPresent()) {
      throw new Misfit(placeholder.written() + " takes nothing in parentheses",
          "write ${" + placeholder.word() + "}");
    }
    return part;
  }

  private static Template.Part random(Pieces.Placeholder placeholder) throws Misfit {
    Matcher range = RANGE.matcher(placeholder.arguments().orElse(""));
    if (!range.matches()) {
      throw new Misfit(placeholder.written() + " is not a range",
          "expected two whole numbers of up to 18 digits: ${random(1, 99)}");
    }
    long from = Long.parseLong(range.group(1));
    long to = Long.parseLong(range.group(2));
    if (from > to) {
      throw new Misfit(placeholder.written() + " runs backwards",
          "write ${random(" + to + ", " + from + ")}");
    }
    return new Template.RandomInteger(from, to);
  }
}
