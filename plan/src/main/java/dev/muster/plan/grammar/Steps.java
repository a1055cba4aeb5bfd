package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.scenario.Check;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Steps, as a plan writes them. */
final class Steps {

  private static final Field<Templates.Written> GET = method("get");
  private static final Field<Templates.Written> POST = method("post");
  private static final Field<Templates.Written> PUT = method("put");
  private static final Field<Templates.Written> DELETE = method("delete");
  private static final Field<String> REQUEST_NAME = Field.optional("name", Texts.requestName(),
      "/customers/{id}", "Under which name the request is counted; its path when not given.");
  private static final Field<List<Header>> HEADERS = Field.optional("headers", Templates.headers(),
      "{ Accept: application/json }", "Headers sent after those of the plan.");
  private static final Field<Template> BODY = Field.optional("body", Templates.body(),
      "'{\"n\": ${iteration}}'", "What is sent.");
  private static final Field<Duration> TIMEOUT = Field.optional("timeout", Times.positive(),
      "10s", "The longest wait for the whole answer; the plan's when not given.");
  private static final Field<List<Check>> CHECK = Field.optional("check", Checks.list(),
      "{ status: 200, body: '\"Measures\"' }",
      "What the answer must be; one that is not fails under the check's name.");
  private static final Field<Step.Think> THINK = Field.optional("think", Times.think(),
      "5s..9s", "A wait, drawn uniformly between two times, or always the same.");

  private static final Shape<Step> STEP = new Shape<>("step",
      "A request, or a wait.",
      List.of(GET, POST, PUT, DELETE, THINK, REQUEST_NAME, HEADERS, BODY, TIMEOUT, CHECK),
      List.of(
          new Rule.OneOf(List.of("get", "post", "put", "delete", "think"), true),
          new Rule.Excludes("think", List.of("name", "headers", "body", "timeout", "check"),
              "a wait is a step of its own")),
      foreignWords(),
      Steps::step);

  private static final Type<List<Step>> STEP_LIST = new ListOf<>(STEP, "a list of steps")
      .then(Steps::withRequest);

  private Steps() {}

  /** A list of steps, of which at least one is a request. */
  static Type<List<Step>> list() {
    return STEP_LIST;
  }

  private static @Nullable Step step(Contents<Step> contents) {
    Step.Think think = contents.get(THINK);
    if (think != null) {
      return think;
    }
    for (var method : Step.Method.values()) {
      Field<Templates.Written> field = fieldOf(method);
      Templates.Written path = contents.get(field);
      if (path != null) {
        String name = contents.get(REQUEST_NAME, path.text());
        if (!contents.has(REQUEST_NAME)) {
          checkLength(contents, field, name);
        }
        return new Step.Request(method, path.template(), name, contents.get(HEADERS, List.of()),
            contents.get(BODY), contents.get(TIMEOUT), contents.get(CHECK, List.of()));
      }
    }
    return null;
  }

  private static Field<Templates.Written> fieldOf(Step.Method method) {
    return switch (method) {
      case GET -> GET;
      case POST -> POST;
      case PUT -> PUT;
      case DELETE -> DELETE;
    };
  }

  private static void checkLength(
      Contents<Step> contents, Field<Templates.Written> field, String path) {
    try {
      Texts.checkLength(path);
    } catch (Misfit e) {
      contents.problem(field, "as a name " + e.problem(), e.hint() + "; give the request a name");
    }
  }

  private static @Nullable List<Step> withRequest(Cursor at, List<Step> steps) {
    if (steps.stream().anyMatch(Step.Request.class::isInstance)) {
      return steps;
    }
    at.missing("sends no request", "expected one of get, post, put, delete in it");
    return null;
  }

  private static Field<Templates.Written> method(String word) {
    return Field.optional(word, Templates.path(), "/customers/${random(1, 99)}",
        "Sends " + word.toUpperCase(Locale.ROOT) + " to this path.");
  }

  private static Map<String, String> foreignWords() {
    var foreign = new HashMap<String, String>();
    for (String method : List.of("patch", "head", "options", "trace", "connect")) {
      foreign.put(method, "the method " + method + " is not known");
    }
    for (String wait : List.of("sleep", "wait", "pause")) {
      foreign.put(wait, "a " + wait + " is written as think");
    }
    return foreign;
  }
}
