package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.ec2.Distribution;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Problem;
import dev.muster.ec2.FleetOrder;
import dev.muster.ec2.Prices;
import dev.muster.ec2.Quote;
import dev.muster.ec2.Spawning;
import dev.muster.ec2.WorkerSetup;
import dev.muster.trust.JoinToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster workers spawn}. */
@Command(name = "spawn", sortOptions = false, description = "Launch workers on EC2, and wait until each has said hello. To say the same again launches only what is "
    + "missing.", footer = {
        "", "Example:",
        "  muster coordinator --bind 10.0.0.5 --distribution-port 7401",
        "  muster workers spawn --ec2 --count 20 --allow-target shop.example.com:443 --to 10.0.0.5:7400"})
final class SpawnCommand implements Callable<Integer> {

  /** How long a worker looks for its coordinator before it gives up. */
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(60);

  private static final Pattern DOLLARS = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(?:USD|usd)?");

  @Mixin
  private CoordinatorAddress coordinator = new CoordinatorAddress();

  @Mixin
  private Ec2Options ec2 = new Ec2Options();

  @Option(names = "--count", paramLabel = "N", required = true, description = "How many.")
  private int count;

  @Option(names = "--all", description = "All of them or none. Default: as many as are to be had.")
  private boolean all;

  @Option(names = "--type", paramLabel = "TYPE", split = ",", defaultValue = "c7g.large,c7i.large", description = "Types of instances that will do, the preferred first. Default: ${DEFAULT-VALUE}.")
  private List<String> types = List.of();

  @Option(names = "--spot", description = "Spot instances: cheaper, and taken back with two minutes' notice.")
  private boolean spot;

  @Mixin
  private GivenParts given = new GivenParts();

  @Option(names = "--ttl", paramLabel = "TIME", defaultValue = "2h", description = "How long they live: then each ends by itself, whatever happens here. Default: "
      + "${DEFAULT-VALUE}.")
  private String ttl = "2h";

  @Option(names = "--max-cost", paramLabel = "USD", description = "Launch nothing that can cost more than this until it ends by itself, such as 5USD.")
  private String maxCost = "";

  @Option(names = "--join", paramLabel = "HOST:PORT", description = "The coordinator as the instances reach it. Default: as in --to.")
  private String join = "";

  @Option(names = "--allow-target", paramLabel = "HOST[:PORT]", required = true, description = "Where they may send load, as in 'muster worker'. May be repeated.")
  private List<String> allowed = List.of();

  @Mixin
  private DistributionSource distribution = new DistributionSource();

  @Option(names = "--boot-timeout", paramLabel = "TIME", defaultValue = "5m", description = "How long each may take to say hello; those that take longer are replaced, once. Default: "
      + "${DEFAULT-VALUE}.")
  private String bootTimeout = "5m";

  @Option(names = "--detach", description = "Do not wait until they have said hello.")
  private boolean detach;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Override
  public Integer call() {
    Duration patience = Arguments.time("--boot-timeout", bootTimeout);
    FleetOrder order = Arguments.checked(
        "workers spawn",
        () -> new FleetOrder(
            ec2.checked().fleet(), count, all, types, spot, given.parts(),
            Arguments.time("--ttl", ttl)));
    try (Ec2Fleet fleet = ec2.open(); ControlClient client = coordinator.client()) {
      Quote quote = Quote.of(order, fleet.region(), Prices.known());
      System.out.print(quote.text());
      refuseDearer(quote);
      if (!yes && !isAgreed()) {
        System.out.println("Nothing was launched.");
        return ExitCode.PASSED.status();
      }
      Distribution served = distribution.find(client, joined().host(), patience.multipliedBy(3),
          ec2);
      // Long enough for those that are replaced, and for as many of them.
      JoinToken token = client.makeToken(patience.multipliedBy(3), 2 * count, true);
      WorkerSetup setup = Arguments.checked("workers spawn", () -> setup(order, token, served));
      var spawning = new Spawning(fleet, host(client, token), patience, System.out::println);
      if (detach) {
        var _ = spawning.launch(order, setup);
        System.out.println("They join by themselves; 'muster workers list' tells who has.");
        return ExitCode.PASSED.status();
      }
      int arrived = spawning.spawn(order, setup);
      client.voidToken(token.id());
      System.out.println(arrived + " of " + count + " have joined. " + end(order));
      return arrived == count ? ExitCode.PASSED.status() : ExitCode.FAILED.status();
    } catch (Ec2Problem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private String end(FleetOrder order) {
    return "They end by themselves after " + ttl
        + ", or with: muster workers terminate --ec2 --fleet " + order.fleet();
  }

  /** The coordinator, as the instances reach it. */
  private HostAndPort joined() {
    return join.isEmpty()
        ? coordinator.address()
        : HostAndPort.parse(join, "--join", CoordinatorCommand.DEFAULT_PORT);
  }

  private WorkerSetup setup(FleetOrder order, JoinToken token, Distribution served) {
    HostAndPort address = joined();
    return new WorkerSetup(
        address.host() + ":" + address.port(), token.text(), allowed, served, order.ttl(),
        GIVE_UP_AFTER);
  }

  private static Spawning.Host host(ControlClient client, JoinToken token) {
    return new Spawning.Host() {

      @Override
      public void expect(Collection<String> instances) {
        client.expect(token.id(), instances);
      }

      @Override
      public Set<String> joined() {
        return Set.copyOf(client.list().getWorkersList());
      }
    };
  }

  private void refuseDearer(Quote quote) {
    if (maxCost.isEmpty()) {
      return;
    }
    Matcher amount = DOLLARS.matcher(maxCost.strip());
    if (!amount.matches()) {
      throw new UserError(
          ExitCode.USAGE,
          "--max-cost: '" + maxCost + "' is no amount.\n  Expected US dollars, such as 5USD.");
    }
    var most = new BigDecimal(amount.group(1));
    BigDecimal ceiling = quote.ceiling()
        .orElseThrow(
            () -> new UserError(
                ExitCode.USAGE,
                "--max-cost: what they can cost is not known, so nothing is launched.\n  Name types "
                    + "whose price is known, or leave out --max-cost."));
    if (ceiling.compareTo(most) > 0) {
      throw new UserError(
          ExitCode.USAGE,
          "--max-cost: they can cost " + Quote.dollars(ceiling, 2) + ", which is more than "
              + Quote.dollars(most, 2) + ".\n  Launch fewer, of a cheaper --type, or for a shorter "
              + "--ttl.");
    }
  }

  private static boolean isAgreed() {
    System.out.print("Launch them? [y/N] ");
    System.out.flush();
    try {
      // Not closed: it is everybody's.
      String answer = new BufferedReader(
          new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return answer != null
          && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      return false;
    }
  }
}
