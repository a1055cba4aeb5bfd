package dev.muster.plan;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.grammar.Certificates;
import dev.muster.plan.grammar.Contents;
import dev.muster.plan.grammar.Field;
import dev.muster.plan.grammar.LoadShapes;
import dev.muster.plan.grammar.Numbers;
import dev.muster.plan.grammar.Rule;
import dev.muster.plan.grammar.ScenarioShapes;
import dev.muster.plan.grammar.Shape;
import dev.muster.plan.grammar.Templates;
import dev.muster.plan.grammar.Texts;
import dev.muster.plan.grammar.Times;
import dev.muster.plan.load.Load;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole plan, as it is written. */
final class PlanShape {

  /**
   * Under so many names requests may be counted: each is two series, of answers and of failures, whose
   * histograms travel each second and stand in each report.
   */
  private static final int NAMES_MAX = 1_000;

  private static final Field<Connections> CONNECTIONS = Field.optional("connections",
      Texts.choice(connections()), "per-user",
      "Who shares a connection: each user its own, all any (so with a rate, and with version 2), or a "
          + "new one for each request.");
  private static final Field<Version> VERSION = Field.optional("version",
      Texts.choice(versions()), "2",
      "The version of HTTP, 1.1 when not given; 2 is agreed by ALPN over https, and taken for granted "
          + "over http.");
  private static final Field<Integer> STREAMS = Field.optional("streams",
      Numbers.count(1, Integer.MAX_VALUE), "8",
      "The most requests at once on a shared connection of HTTP/2, if the target allows as many; "
          + "100 when not given.");
  private static final Field<Duration> CONNECT_TIMEOUT = Field.optional("connect-timeout",
      Times.positive(), "5s", "The longest wait for a connection.");
  private static final Field<Duration> TIMEOUT = Field.optional("timeout",
      Times.positive(), "30s", "The longest wait for a whole answer.");
  private static final Field<List<Header>> HEADERS = Field.optional("headers",
      Templates.headers(), "{ Accept: application/json }", "Headers sent with every request.");
  private static final Field<String> AUTHORITIES = Field.optional("ca", Certificates.pem(),
      "${env(TARGET_CA)}", "The certificates in PEM of those who may vouch for the target; those "
          + "that the JVM trusts when not given.");
  private static final Field<Boolean> SKIP_VERIFICATION = Field.optional("insecure-skip-verify",
      Texts.choice(yesAndNo()), "true",
      "Takes any certificate: whoever stands between can read and change everything.");
  private static final Field<TlsOptions> TLS = Field.optional("tls",
      new Shape<>("tls", "Whom to trust of a target over https.",
          List.of(AUTHORITIES, SKIP_VERIFICATION),
          List.of(
              new Rule.Excludes("insecure-skip-verify", List.of("ca"),
                  "whoever trusts anyone needs no certificates")),
          Map.of(), PlanShape::tls),
      "{ ca: '${env(TARGET_CA)}' }", "Whom to trust of a target over https.");
  private static final Shape<HttpOptions> HTTP_SHAPE = new Shape<>("http",
      "How requests travel.",
      List.of(CONNECTIONS, VERSION, STREAMS, CONNECT_TIMEOUT, TIMEOUT, HEADERS, TLS),
      List.of(), Map.of(), PlanShape::http);

  private static final Field<String> NAME = Field.optional("name", Texts.name(),
      "three_tier", "Names the results; the file's name when not given.");
  private static final Field<URI> TARGET = Field.required("target", Texts.target(),
      "http://localhost:10000", "Where requests go: scheme, host and port.");
  private static final Field<Long> SEED = Field.optional("seed",
      Numbers.whole(Long.MIN_VALUE, Long.MAX_VALUE), "1",
      "From which every random choice follows; 1 when not given.");
  private static final Field<Precision> PRECISION = Field.optional("precision",
      Texts.choice(precisions()), "high",
      "Whether requests leave within about a millisecond of when they are due (normal), or as near "
          + "as timers allow, for more CPU (high); normal when not given.");
  private static final Field<HttpOptions> HTTP = Field.optional("http", HTTP_SHAPE,
      "{ timeout: 10s }", "How requests travel.");
  private static final Field<List<Scenario>> SCENARIO = Field.optional("scenario",
      ScenarioShapes.scenario(), "[ { get: / }, { think: 5s..9s } ]", "What every user does.");
  private static final Field<List<Scenario>> SCENARIOS = Field.optional("scenarios",
      ScenarioShapes.scenarios(), "{ reader: { weight: 3, steps: [ { get: / } ] } }",
      "What each kind of user does.");
  private static final Field<Load> LOAD = Field.required("load", LoadShapes.load(),
      "{ users: 50, duration: 3m }", "How many users there are or how many arrive, and when.");

  private PlanShape() {}

  /** The shape; {@code defaultName} is the name of a plan that gives none. */
  static Shape<Plan> named(String defaultName) {
    return new Shape<>("plan", "A plan of Muster: what is sent, where, and by how many.",
        List.of(NAME, TARGET, SEED, PRECISION, HTTP, SCENARIO, SCENARIOS, LOAD),
        List.of(new Rule.OneOf(List.of("scenario", "scenarios"), false)),
        Map.of(), contents -> plan(contents, defaultName));
  }

  private static @Nullable Plan plan(Contents<Plan> contents, String defaultName) {
    HttpOptions http = contents.get(HTTP, HttpOptions.defaults());
    URI target = contents.get(TARGET);
    if (target != null && target.getScheme().equals("http")
        && !http.tls().equals(TlsOptions.defaults())) {
      contents.problem(HTTP, "says whom to trust, but the target is not one of https",
          "write https:// in \"target\", or leave \"tls\" out");
    }
    if (!contents.clean()) {
      return null;
    }
    List<Scenario> only = contents.get(SCENARIO);
    long names = names(only == null ? contents.need(SCENARIOS) : only);
    if (names > NAMES_MAX) {
      contents.problem(only == null ? SCENARIOS : SCENARIO,
          "has requests of " + names + " names",
          "expected at most " + NAMES_MAX
              + "; give those that are to be counted together the same \"name\"");
      return null;
    }
    return new Plan(
        contents.get(NAME, defaultName),
        contents.need(TARGET),
        contents.get(SEED, 1L),
        contents.get(PRECISION, Precision.NORMAL),
        http,
        only == null ? contents.need(SCENARIOS) : only,
        contents.need(LOAD));
  }

  private static long names(List<Scenario> scenarios) {
    return scenarios.stream()
        .flatMap(scenario -> scenario.tasks().stream())
        .flatMap(task -> task.steps().stream())
        .filter(Step.Request.class::isInstance)
        .map(Step.Request.class::cast)
        .map(request -> Map.entry(request.method(), request.name()))
        .distinct()
        .count();
  }

  private static HttpOptions http(Contents<HttpOptions> contents) {
    HttpOptions defaults = HttpOptions.defaults();
    boolean one = !contents.has(VERSION) || contents.get(VERSION) == Version.HTTP_1_1;
    if (one && contents.get(STREAMS) != null) {
      contents.problem(STREAMS,
          "is of HTTP/2; a connection of HTTP/1.1 carries one request at a time",
          "write version: 2 beside it, or leave \"streams\" out");
    }
    Connections connections = contents.get(CONNECTIONS);
    if (!one && contents.get(STREAMS) != null && connections != null
        && connections != Connections.SHARED) {
      contents.problem(STREAMS,
          "is of connections that are shared; here each has one request at a time",
          "write connections: shared, or leave \"streams\" out");
    }
    return new HttpOptions(
        connections,
        contents.get(VERSION, defaults.version()),
        contents.get(STREAMS, defaults.streams()),
        contents.get(CONNECT_TIMEOUT, defaults.connectTimeout()),
        contents.get(TIMEOUT, defaults.timeout()),
        contents.get(HEADERS, defaults.headers()),
        contents.get(TLS, defaults.tls()));
  }

  private static TlsOptions tls(Contents<TlsOptions> contents) {
    return new TlsOptions(contents.get(AUTHORITIES), contents.get(SKIP_VERIFICATION, false));
  }

  private static Map<String, Boolean> yesAndNo() {
    var words = new LinkedHashMap<String, Boolean>();
    words.put("true", true);
    words.put("false", false);
    return words;
  }

  private static Map<String, Precision> precisions() {
    var words = new LinkedHashMap<String, Precision>();
    words.put("normal", Precision.NORMAL);
    words.put("high", Precision.HIGH);
    return words;
  }

  private static Map<String, Version> versions() {
    var words = new LinkedHashMap<String, Version>();
    words.put("1.1", Version.HTTP_1_1);
    words.put("2", Version.HTTP_2);
    return words;
  }

  private static Map<String, Connections> connections() {
    var words = new LinkedHashMap<String, Connections>();
    words.put("per-user", Connections.PER_USER);
    words.put("shared", Connections.SHARED);
    words.put("per-request", Connections.PER_REQUEST);
    return words;
  }
}
