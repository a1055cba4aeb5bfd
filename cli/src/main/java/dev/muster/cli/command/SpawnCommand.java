package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.fleet.Billing;
import dev.muster.cli.fleet.KnownPrices;
import dev.muster.cli.local.OwnCommand;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.deploy.host.HostDistribution;
import dev.muster.deploy.host.HostsPlace;
import dev.muster.deploy.kubernetes.KubernetesPlace;
import dev.muster.deploy.spawn.HostAway;
import dev.muster.deploy.spawn.Joining;
import dev.muster.deploy.spawn.PlaceProblem;
import dev.muster.deploy.spawn.Spawning;
import dev.muster.deploy.spawn.WorkerOrder;
import dev.muster.deploy.spawn.WorkerPlace;
import dev.muster.ec2.Distribution;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Place;
import dev.muster.ec2.FleetOrder;
import dev.muster.ec2.Quote;
import dev.muster.ec2.SpotPrices;
import dev.muster.ec2.WorkerSetup;
import dev.muster.trust.JoinToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster workers spawn}. */
@Command(name = "spawn", sortOptions = false, description = "Launch workers, on EC2, on this machine, on hosts by ssh or in Kubernetes, and wait until each has said "
    + "hello. To say the same again launches only what is missing.", footer = {
        "", "Examples:",
        "  muster workers spawn --local 2 --allow-target 127.0.0.1",
        "  muster workers spawn --ssh ann@one.example.com,two --ttl 30m \\",
        "    --allow-target shop.example.com:443 --to coordinator.example.com:7400",
        "  muster workers spawn --kubernetes --count 4 --image registry.example/muster:1 \\",
        "    --allow-target shop.example.com:443 --join muster-coordinator:7400",
        "  muster workers spawn --ec2 --count 20 --type c7g.large,c7i.large --ttl 2h --max-cost 5USD \\",
        "    --allow-target shop.example.com:443 --to coordinator.example.com:7400"})
final class SpawnCommand implements Callable<Integer> {

  /** The kernel's share of a boot, and what rounding takes. */
  private static final Duration BOOT_SLACK = Duration.ofMinutes(1);

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Mixin
  private CoordinatorAddress coordinator = new CoordinatorAddress();

  @Option(names = "--local", paramLabel = "N", description = "On this machine: so many processes, which go on when this command has ended.")
  private Optional<Integer> local = Optional.empty();

  @Mixin
  private PlaceOptions place = new PlaceOptions();

  @Option(names = "--count", paramLabel = "N", description = "With --ec2 and --kubernetes: how many.")
  private Optional<Integer> count = Optional.empty();

  @Option(names = "--all", description = "All of them or none. Default: as many as are to be had.")
  private boolean all;

  @Option(names = "--type", paramLabel = "TYPE", split = ",", defaultValue = "c7g.large,c7i.large", description = "With --ec2: types of instances that will do, the preferred first. Default: ${DEFAULT-VALUE}.")
  private List<String> types = List.of();

  @Option(names = "--spot", description = "With --ec2: spot instances: cheaper, and taken back with two minutes' notice.")
  private boolean spot;

  @Mixin
  private GivenParts given = new GivenParts();

  @Mixin
  private DistributionSource distribution = new DistributionSource();

  @Option(names = "--image", paramLabel = "IMAGE", defaultValue = "muster:latest", description = "With --kubernetes: what deploy/image/build has made, as the cluster finds it. Default: "
      + "${DEFAULT-VALUE}.")
  private String image = "muster:latest";

  @Option(names = "--ttl", paramLabel = "TIME", defaultValue = "2h", description = "How long they live: then each ends by itself, whatever happens here. Default: "
      + "${DEFAULT-VALUE}.")
  private String ttl = "2h";

  @Mixin
  private PriceOptions price = new PriceOptions();

  @Option(names = "--join", paramLabel = "HOST:PORT", description = "The coordinator as the workers reach it. Default: as in --to.")
  private String join = "";

  @Option(names = "--allow-target", paramLabel = "HOST[:PORT]", required = true, description = "Where they may send load, as in 'muster worker'. May be repeated.")
  private List<String> allowed = List.of();

  @Option(names = "--boot-timeout", paramLabel = "TIME", defaultValue = "5m", description = "How long each may take to say hello; those that take longer are replaced, once. Default: "
      + "${DEFAULT-VALUE}.")
  private String bootTimeout = "5m";

  @Option(names = "--orphan-timeout", paramLabel = "TIME", defaultValue = "60s", description = "How long one may be without its coordinator: then it ends, or at most 10 minutes later when it "
      + "has something to deliver. Default: ${DEFAULT-VALUE}.")
  private String orphanTimeout = "60s";

  @Option(names = "--detach", description = "Do not wait until they have said hello.")
  private boolean detach;

  /** Whether there is something that may be left when it goes wrong. */
  private boolean isLaunched;

  @Override
  public Integer call() {
    PlaceKind kind = place.kind(local.isPresent(), spec);
    int wanted = wanted(kind);
    // Should it be none, that is said before anything is asked or done.
    var _ = patience();
    WorkerOrder order = Arguments.checked(
        "workers spawn", () -> new WorkerOrder(wanted, all, Arguments.time("--ttl", ttl)));
    try {
      return switch (kind) {
        case EC2 -> onEc2(order);
        case LOCAL -> onThisMachine(order);
        case SSH -> onHosts(order);
        case KUBERNETES -> inKubernetes(order);
      };
    } catch (PlaceProblem e) {
      String rest = "\n  What was launched ends by itself after " + ttl + ", or with: "
          + place.terminate(kind);
      throw new UserError(ExitCode.FAILED, e.getMessage() + (isLaunched ? rest : ""), e);
    } catch (HostAway e) {
      throw new UserError(
          ExitCode.FAILED,
          "The coordinator does not answer any more, so those that had not joined were ended.\n  Those that "
              + "had end by themselves unless it comes back, or with: " + place.terminate(kind),
          e);
    }
  }

  private Duration patience() {
    return Arguments.time("--boot-timeout", bootTimeout);
  }

  private int wanted(PlaceKind kind) {
    boolean isCounted = kind == PlaceKind.EC2 || kind == PlaceKind.KUBERNETES;
    if (isCounted != count.isPresent()) {
      throw new UserError(
          ExitCode.USAGE,
          isCounted
              ? "Say how many: --count N."
              : "--count: how many there are to be stands behind " + kind.option()
                  + ".\n  Leave it out.");
    }
    return kind == PlaceKind.SSH ? place.hosts() : local.or(() -> count).orElseThrow();
  }

  private int onEc2(WorkerOrder order) {
    FleetOrder wish = Arguments.checked(
        "workers spawn",
        () -> new FleetOrder(
            place.fleet().text(), order.count(), all, types, spot, given.parts(), order.ttl()));
    try (Ec2Fleet fleet = place.ec2().open(); ControlClient client = coordinator.client()) {
      SpotPrices spotPrices = wish.spot()
          ? Billing.asked(() -> fleet.spotPrices(wish.types(), Instant.now()))
          : SpotPrices.NONE;
      price.agree(Quote.of(wish, fleet.region(), KnownPrices.read(), spotPrices));
      var fetched = distribution.find(
          client, joined().host(), patience().multipliedBy(3), place.ec2());
      var billing = new Billing(fleet, wish.fleet(), price.mostUsd());
      int status = spawn(
          PlaceKind.EC2, new Ec2Place(fleet, place.fleet()),
          (_, joining) -> fleet.launch(
              wish,
              Arguments.checked(
                  "workers spawn",
                  () -> new WorkerSetup(
                      joining.coordinator(), joining.token(), joining.allowed(), fetched,
                      wish.ttl(), patience().plus(BOOT_SLACK), joining.giveUpAfter()))),
          order, client, launched -> billing.launched(client, launched));
      billing.launched(client, List.of());
      if (status != ExitCode.PASSED.status()) {
        System.out.println(whatToLookAt(fetched));
      }
      return status;
    }
  }

  /** One that boots and is not heard of may be kept from the coordinator by what nobody here sees. */
  private String whatToLookAt(Distribution fetched) {
    HostAndPort address = joined();
    return "Whether something keeps them from the coordinator, such as a security group, tells:\n  muster doctor --ec2"
        + place.ec2().region().map(name -> " --region " + name).orElse("") + " --to "
        + address.host() + ":" + address.port() + " --distribution " + fetched.origin()
        + given.ofDoctor();
  }

  private int onThisMachine(WorkerOrder order) {
    int cores = Runtime.getRuntime().availableProcessors();
    try (HostsPlace here = place.onThisMachine(); ControlClient client = coordinator.client()) {
      return spawn(
          PlaceKind.LOCAL, here,
          here.launcher(
              OwnCommand.muster(),
              List.of("--event-loops=" + Math.max(1, cores / order.count()))),
          order, client, _ -> {});
    }
  }

  private int onHosts(WorkerOrder order) {
    try (HostsPlace hosts = place.onHosts(); ControlClient client = coordinator.client()) {
      Path archive = Files.createTempFile("muster-worker", ".tar.gz");
      try {
        var own = new HostDistribution(archive, DistributionCommand.write(archive));
        return spawn(PlaceKind.SSH, hosts, hosts.launcher(own), order, client, _ -> {});
      } finally {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "What the hosts are to get cannot be written here: " + e, e);
    }
  }

  private int inKubernetes(WorkerOrder order) {
    try (KubernetesPlace pods = place.inKubernetes();
        ControlClient client = coordinator.client()) {
      return spawn(PlaceKind.KUBERNETES, pods, pods.launcher(image), order, client, _ -> {});
    }
  }

  private int spawn(
      PlaceKind kind, WorkerPlace from, WorkerPlace.Launcher launcher, WorkerOrder order,
      ControlClient client, Consumer<Collection<String>> toldOfLaunched) {
    Duration patience = patience();
    // Long enough for those that are replaced, and for as many of them.
    JoinToken token = client.makeToken(patience.multipliedBy(3), 2 * order.count(), true);
    Joining joining = Arguments.checked("workers spawn", () -> joining(token));
    var spawning = new Spawning(from, launcher, host(client, token, toldOfLaunched), patience,
        System.out::println);
    if (detach) {
      var _ = spawning.launch(order, joining);
      System.out.println("They join by themselves; 'muster workers list' tells who has.");
      return ExitCode.PASSED.status();
    }
    int arrived = spawning.spawn(order, joining);
    client.voidToken(token.id());
    System.out.println(
        arrived + " of " + order.count() + " have joined"
            + (arrived == 0
                ? "; those that had not were ended. What is left of the fleet goes with: "
                : ". They end by themselves after " + ttl + ", or with: ")
            + place.terminate(kind));
    return arrived == order.count() ? ExitCode.PASSED.status() : ExitCode.FAILED.status();
  }

  private Joining joining(JoinToken token) {
    HostAndPort address = joined();
    return new Joining(
        address.host() + ":" + address.port(), token.text(), allowed,
        Arguments.time("--orphan-timeout", orphanTimeout));
  }

  /** The coordinator, as the workers reach it. */
  private HostAndPort joined() {
    return join.isEmpty()
        ? coordinator.address()
        : HostAndPort.parse(join, "--join", CoordinatorCommand.DEFAULT_PORT);
  }

  private Spawning.Host host(
      ControlClient client, JoinToken token, Consumer<Collection<String>> toldOfLaunched) {
    return new Spawning.Host() {

      @Override
      public void expect(Collection<String> workers) {
        isLaunched = true;
        asking(() -> {
          client.expect(token.id(), workers);
          return workers;
        });
        toldOfLaunched.accept(workers);
      }

      @Override
      public Set<String> joined() {
        return asking(() -> Set.copyOf(client.list().getWorkersList()));
      }
    };
  }

  private static <T> T asking(Supplier<T> question) {
    try {
      return question.get();
    } catch (UserError e) {
      if (ControlClient.isAway(e)) {
        throw new HostAway("The coordinator does not answer.", e);
      }
      throw e;
    }
  }
}
