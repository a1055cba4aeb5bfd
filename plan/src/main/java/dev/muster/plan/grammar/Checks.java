package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.scenario.Check;
import dev.muster.plan.scenario.Check.StatusRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What answers must be, as a plan writes it. */
final class Checks {

  private static final int TEXT_MAX = 10_000;

  private static final String PATTERN = "[1-5](?:[0-9]{2}|xx)";
  private static final Type<StatusRange> ONE_STATUS = new Word<>(
      "a status such as 200, or 2xx for all of its kind",
      Json.object("type", List.of("integer", "string"), "pattern", "^" + PATTERN + "$"),
      Checks::status);

  private static final Field<String> NAME = Field.optional("name", Texts.name(), "has_measures",
      "Under which name a failure is counted; status or body when not given.");
  private static final Field<List<StatusRange>> STATUS = Field.optional("status",
      new ListOr<>(
          new ListOf<>(ONE_STATUS, "a list of statuses", range -> range.from() + "-" + range.to()),
          ONE_STATUS.then((_, range) -> List.of(range))),
      "[200, 404]", "The statuses that are right; those below 400 when not given.");
  private static final Field<String> BODY = Field.optional("body",
      new Word<>("a text", Json.object("type", "string", "minLength", 1), Checks::text),
      "'\"Measures\"'", "What the body must hold.");
  private static final Shape<List<Check>> CHECK = new Shape<>("check",
      "What an answer must be.", List.of(NAME, STATUS, BODY),
      List.of(new Rule.AnyOf(List.of("status", "body"))), Map.of(), Checks::checks);

  private Checks() {}

  /** A check, or a list of them. */
  static Type<List<Check>> list() {
    return new ListOr<>(
        new ListOf<>(CHECK, "a list of checks").then((_, parts) -> parts.stream()
            .flatMap(
                List::stream)
            .toList()),
        CHECK).then(Checks::named);
  }

  private static @Nullable List<Check> checks(Contents<List<Check>> contents) {
    var checks = new ArrayList<Check>();
    List<StatusRange> status = contents.get(STATUS);
    if (status != null) {
      checks.add(new Check.Status(contents.get(NAME, "status"), status));
    }
    String body = contents.get(BODY);
    if (body != null) {
      checks.add(new Check.Body(contents.get(NAME, "body"), body));
    }
    return checks;
  }

  private static @Nullable List<Check> named(Cursor at, List<Check> checks) {
    long statuses = checks.stream().filter(Check.Status.class::isInstance).count();
    if (statuses > 1) {
      at.missing("judges the status twice", "expected one status; it can be a list");
      return null;
    }
    var names = new HashSet<String>();
    for (Check check : checks) {
      // A status and a body of one check share its name.
      if (!names.add(check.name() + (check instanceof Check.Status ? " by status" : ""))) {
        at.missing("has two checks called " + Cursor.quoted(check.name()),
            "give each a \"name\" of its own");
        return null;
      }
    }
    return checks;
  }

  private static StatusRange status(String text) throws Misfit {
    if (!text.matches(PATTERN)) {
      throw new Misfit(Cursor.quoted(text) + " is no status", "");
    }
    if (text.endsWith("xx")) {
      int from = 100 * (text.charAt(0) - '0');
      return new StatusRange(from, from + 99);
    }
    int status = Integer.parseInt(text);
    return new StatusRange(status, status);
  }

  private static String text(String text) throws Misfit {
    if (text.isEmpty()) {
      throw new Misfit("is empty, and every body holds that", "expected a text");
    }
    if (text.length() > TEXT_MAX) {
      throw new Misfit("has " + text.length() + " characters", "expected at most " + TEXT_MAX);
    }
    return text;
  }
}
