package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.fleet.CoordinatorKeeper;
import dev.muster.cli.local.Shutdown;
import dev.muster.coordinator.Bounds;
import dev.muster.coordinator.Coordinator;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Problem;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.JoinToken;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster coordinator}. */
@Command(name = "coordinator", sortOptions = false, subcommands = {TokenCommand.class,
    RevokeCommand.class}, description = "Start a coordinator; prints the line to start workers with.")
final class CoordinatorCommand implements Callable<Integer> {

  /** The port of a coordinator that says nothing else. */
  static final int DEFAULT_PORT = 7400;

  @Option(names = "--bind", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "The address to listen on. Default: ${DEFAULT-VALUE}, this machine only.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "PORT", defaultValue = "7400", description = "The port to listen on. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--distribution-port", paramLabel = "PORT", description = "Serve Muster itself at this port too, by HTTPS, for machines that are launched to become workers. "
      + "Default: not at all.")
  private Optional<Integer> distributionPort = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "muster-data", description = "The folder for its store, its results and its authority. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("muster-data");

  @Option(names = "--token-expires", paramLabel = "TIME", defaultValue = "1h", description = "How long the join token that it prints can be used; 0s prints none. Default: "
      + "${DEFAULT-VALUE}.")
  private String tokenExpires = "1h";

  @Option(names = "--certificate-life", paramLabel = "TIME", defaultValue = "24h", description = "How long certificates of workers and of the coordinator hold; each is renewed at two "
      + "thirds. Default: ${DEFAULT-VALUE}.")
  private String certificateLife = "24h";

  @Option(names = "--max-workers", paramLabel = "N", description = "How many workers may have joined at a time. Default: 2000.")
  private int maxWorkers = Bounds.USUAL.workers();

  @Option(names = "--ec2", description = "Look after its fleets on EC2, with the credentials and settings that AWS's own tools use: launch "
      + "another in place of each spot instance that is taken back, tell the meter what EC2 says, and "
      + "end all of Muster's instances in the region whose time is over.")
  private boolean ec2;

  @Option(names = "--region", paramLabel = "REGION", description = "Of --ec2. Default: that of the settings.")
  private Optional<String> region = Optional.empty();

  @Mixin
  private GivenCertificate given = new GivenCertificate();

  @Mixin
  private Insecure insecure = new Insecure();

  @Override
  public Integer call() throws Exception {
    Optional<Credential> certificate = given.credential();
    if (ec2 && (insecure.isAskedFor(host) || certificate.isPresent())) {
      throw new UserError(
          ExitCode.USAGE,
          "--ec2: a coordinator looks after fleets only with an authority of its own, which lets their "
              + "instances in.\n  Leave out --insecure, or --certificate, --key and --ca.");
    }
    if (insecure.isAskedFor(host)) {
      refuseDistribution();
      Coordinator coordinator = start(new Door.Open());
      System.out.println("The coordinator listens on " + address(coordinator) + ".");
      System.out.println(
          "Start workers with:  muster worker --insecure --join " + address(coordinator));
      System.out.println(
          "                     They send to their own machine alone; for another target add "
              + "--allow-target HOST[:PORT].");
      System.out.println(
          "Submit plans with:   muster submit PLAN --insecure --to " + address(coordinator));
      Shutdown.awaitAndClose(coordinator);
      return ExitCode.PASSED.status();
    }
    if (certificate.isPresent()) {
      Coordinator coordinator = start(
          new Door.Given(certificate.get(), Optional.of(CoordinatorTrust.folder(data))));
      System.out.println("The coordinator listens on " + address(coordinator) + ".");
      System.out.println(
          "Workers, 'submit' and 'runs' need --certificate, --key and --ca of the same authority.");
      Shutdown.awaitAndClose(coordinator);
      return ExitCode.PASSED.status();
    }
    serveWithOwnAuthority();
    return ExitCode.PASSED.status();
  }

  private void serveWithOwnAuthority() throws Exception {
    Optional<Ec2Fleet> fleets = fleets();
    Authority authority = authority();
    Coordinator coordinator = start(
        new Door.Own(authority, Optional.of(CoordinatorTrust.folder(data))));
    String address = address(coordinator);
    AutoCloseable operator = operator(authority, coordinator.port());
    AutoCloseable keeper = keeper(fleets, authority, coordinator);
    System.out.println("The coordinator listens on " + address + ".");
    Duration valid = Arguments.time("--token-expires", tokenExpires);
    if (valid.isPositive()) {
      JoinToken token = authority.token(Role.WORKER, valid);
      Path file = CoordinatorTrust.keep(token, data);
      System.out.println(
          "Start workers with:  " + TokenSource.VARIABLE + "=" + token.text()
              + " muster worker --join " + address);
      System.out.println(
          "                     They send to their own machine alone; for another target add "
              + "--allow-target HOST[:PORT].");
      System.out.println(
          "                     The token is good for " + tokenExpires + " and is in " + file
              + " too; 'muster coordinator token' prints others.");
    }
    System.out.println("Submit plans with:   muster submit PLAN --to " + address);
    Shutdown.awaitAndClose(() -> {
      keeper.close();
      operator.close();
      coordinator.close();
    });
  }

  private Optional<Ec2Fleet> fleets() {
    try {
      return ec2 ? Optional.of(Ec2Fleet.in(region)) : Optional.empty();
    } catch (Ec2Problem e) {
      throw new UserError(ExitCode.USAGE, "--ec2: " + e.getMessage(), e);
    }
  }

  private AutoCloseable keeper(
      Optional<Ec2Fleet> fleets, Authority authority, Coordinator coordinator) {
    if (fleets.isEmpty()) {
      return () -> {};
    }
    String reached = Set.of("0.0.0.0", "::").contains(host) ? "127.0.0.1" : host;
    return CoordinatorKeeper.start(
        authority, new HostAndPort(reached, coordinator.port()), fleets.get());
  }

  private void refuseDistribution() {
    if (distributionPort.isPresent()) {
      throw new UserError(
          ExitCode.USAGE,
          "--distribution-port: is served with the coordinator's certificate, and --insecure has none; "
              + "nor does another machine reach a coordinator that is of this one alone.\n  Leave out "
              + "one of the two.");
    }
  }

  private Authority authority() {
    Duration life = Arguments.time("--certificate-life", certificateLife);
    if (!life.isPositive()) {
      throw new UserError(ExitCode.USAGE, "--certificate-life: must be more than nothing.");
    }
    try {
      return CoordinatorTrust.authority(data, new Lives(life, Lives.USUAL.person()));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The coordinator cannot keep its authority in " + CoordinatorTrust.folder(data) + ": " + e
              + ".\n  Choose another folder with --data.",
          e);
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** Without one the coordinator serves all the same; its user may log in as others do. */
  private AutoCloseable operator(Authority authority, int actualPort) {
    try {
      return CoordinatorTrust.operator(authority, new HostAndPort(host, actualPort));
    } catch (IOException e) {
      System.err.println(
          "Warning: no credential could be put into your home (" + e
              + "); use 'muster coordinator token --role operator' and 'muster login'.");
      return () -> {};
    }
  }

  private String address(Coordinator coordinator) {
    return host + ":" + coordinator.port();
  }

  private Coordinator start(Door door) {
    try {
      var bounds = Bounds.USUAL.withWorkers(Arguments.positive("--max-workers", maxWorkers));
      var options = new CoordinatorOptions(host, port, data, bounds, true);
      return Coordinator.start(
          distributionPort.map(
              at -> options.with(CoordinatorDistribution.serve(host, at, data, door)))
              .orElse(options),
          door);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The coordinator cannot listen on " + host + ":" + port + " with its data in " + data
              + ": " + reason(e) + ".\n  Choose others with --port, --bind or --data.",
          e);
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private static String reason(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }
}
