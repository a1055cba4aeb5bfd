package dev.muster.worker;

import dev.muster.plan.Experiment;
import dev.muster.plan.HttpOptions;
import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.Plan;
import dev.muster.plan.Precision;
import dev.muster.plan.RunPlan;
import dev.muster.plan.TlsOptions;
import dev.muster.plan.load.Amount;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the making; what is not said is one user, all at once, for one second. One that is given a
 * rate is of the open model.
 */
public final class Plans {

  private final List<Scenario> scenarios = new ArrayList<>();
  private String target = "http://127.0.0.1:1";
  private long seed = 1;
  private Precision precision = Precision.NORMAL;
  private @Nullable Connections connections;
  private Version version = Version.HTTP_1_1;
  private int streams = 100;
  private Duration connectTimeout = Duration.ofSeconds(5);
  private Duration timeout = Duration.ofSeconds(30);
  private List<Header> headers = List.of();
  private TlsOptions tls = TlsOptions.defaults();
  private int users = 1;
  private Load.Shape shape = new Load.Spawn(null, null);
  private @Nullable Rate rate;
  private Load.Arrivals arrivals = Load.Arrivals.REGULAR;
  private @Nullable Integer maxUsers;
  private Duration lasting = Duration.ofSeconds(1);
  private @Nullable Duration drain;

  private Plans() {}

  /** A plan whose users do {@code steps} again and again. */
  public static Plans of(Step... steps) {
    return new Plans().scenario(1, null, task(1, steps));
  }

  /** A plan without a scenario; add some. */
  public static Plans empty() {
    return new Plans();
  }

  /** The experiment of the customer API: 10 % more users each 15 s, for three minutes. */
  public static Plans published(int users) {
    return of(get("/"), think(5_000, 9_000))
        .users(users)
        .shape(
            new Load.Spawn(
                new Rate(10, 1_000_000_000),
                new Load.Steps(new Amount.Percent(BigDecimal.TEN), Duration.ofSeconds(15))))
        .lasting(Duration.ofMinutes(3));
  }

  public Plans scenario(int weight, @Nullable Duration pacing, Task... tasks) {
    scenarios.add(
        new Scenario("scenario " + scenarios.size(), weight, List.of(tasks), pacing));
    return this;
  }

  public Plans target(String uri) {
    target = uri;
    return this;
  }

  public Plans seed(long number) {
    seed = number;
    return this;
  }

  public Plans precision(Precision how) {
    precision = how;
    return this;
  }

  public Plans connections(Connections policy) {
    connections = policy;
    return this;
  }

  public Plans version(Version ofHttp) {
    version = ofHttp;
    return this;
  }

  /** The most requests at once on a connection of HTTP/2. */
  public Plans streams(int most) {
    streams = most;
    return this;
  }

  public Plans connectTimeout(Duration limit) {
    connectTimeout = limit;
    return this;
  }

  public Plans timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  public Plans headers(Header... more) {
    headers = List.of(more);
    return this;
  }

  public Plans tls(TlsOptions options) {
    tls = options;
    return this;
  }

  public Plans users(int count) {
    users = count;
    return this;
  }

  public Plans shape(Load.Shape how) {
    shape = how;
    return this;
  }

  public Plans stages(Load.Stage... stages) {
    return shape(new Load.Stages(List.of(stages)));
  }

  public Plans perSecond(int count) {
    rate = new Rate(count, 1_000_000_000);
    return this;
  }

  public Plans arrivals(Load.Arrivals how) {
    arrivals = how;
    return this;
  }

  public Plans maxUsers(int most) {
    maxUsers = most;
    return this;
  }

  public Plans lasting(Duration length) {
    lasting = length;
    return this;
  }

  public Plans drain(Duration limit) {
    drain = limit;
    return this;
  }

  public RunPlan run() {
    Load load = rate == null
        ? new Load.Closed(List.of(users), shape, lasting, drain)
        : new Load.Open(List.of(rate), arrivals, maxUsers, lasting, drain);
    var plan = new Plan(
        "plan", URI.create(target), seed, precision,
        new HttpOptions(
            connections, version, streams, connectTimeout, timeout, headers, tls),
        scenarios, load);
    return Experiment.of(plan).runs().getFirst();
  }

  public static Task task(int weight, Step... steps) {
    return new Task("task", weight, List.of(steps));
  }

  public static Step.Request get(String path) {
    return new Step.Request(
        Step.Method.GET, Template.literal(path), path, List.of(), null, null, List.of());
  }

  public static Step think(long millis) {
    return think(millis, millis);
  }

  public static Step think(long fromMillis, long toMillis) {
    return new Step.Think(Duration.ofMillis(fromMillis), Duration.ofMillis(toMillis));
  }

  public static Load.Stage to(int users, long overMillis) {
    return new Load.Stage(new Amount.Count(users), Duration.ofMillis(overMillis));
  }
}
