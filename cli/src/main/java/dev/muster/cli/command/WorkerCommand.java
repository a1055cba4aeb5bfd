package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.local.Shutdown;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.trust.rpc.Dialer;
import dev.muster.worker.agent.WorkerAgent;
import dev.muster.worker.agent.WorkerEnd;
import dev.muster.worker.agent.WorkerOptions;
import dev.muster.worker.machine.Imds;
import dev.muster.worker.machine.Lease;
import dev.muster.worker.machine.MachineWatch;
import dev.muster.worker.machine.Warning;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster worker}. */
@Command(name = "worker", sortOptions = false, description = "Start a worker: joins a coordinator and sends the load it is assigned.")
final class WorkerCommand implements Callable<Integer> {

  @Option(names = "--join", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:7400", description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String join = "127.0.0.1:7400";

  @Option(names = "--name", paramLabel = "NAME", description = "What to call it in results. Default: the machine's name.")
  private String name = "";

  @Option(names = "--event-loops", paramLabel = "N", defaultValue = "0", description = "Cores that send load. Default: all of this machine.")
  private int eventLoops;

  @Option(names = "--source-address", paramLabel = "ADDRESS", split = ",", description = "An address of this machine that requests leave from; several, by comma, are taken "
      + "in turn: each has ports of its own. Default: what the kernel chooses.")
  private List<String> sources = List.of();

  @Option(names = "--allow-target", paramLabel = "HOST[:PORT]", description = "Where it may send load, whatever the coordinator asks for: a host, an address or a "
      + "network such as 10.0.0.0/8, with a port or with any. May be repeated. A name opens no "
      + "loopback or link-local address that it leads to. Default: this machine alone, which is "
      + "127.0.0.0/8 and ::1.")
  private List<String> allowed = List.of();

  @Option(names = "--max-rate", paramLabel = "N/s", description = "No more requests than this in any second, whatever the plan says; also N/m and N/h. "
      + "Default: as many as it is asked for.")
  private String maxRate = "";

  @Option(names = "--give-up-after", paramLabel = "SECONDS", defaultValue = "60", description = "End when the coordinator cannot be reached for so long. Default: "
      + "${DEFAULT-VALUE}.")
  private int giveUpSeconds;

  @Option(names = "--orphan-timeout", paramLabel = "SECONDS", defaultValue = "60", description = "How long to go on with the load when the coordinator cannot be reached. After that it stands "
      + "still until the coordinator is back. Default: ${DEFAULT-VALUE}.")
  private int orphanSeconds;

  @Option(names = "--spool", paramLabel = "DIR", description = "Where to keep what was measured until the coordinator has stored it; a worker that is killed "
      + "leaves it there for the next one. Default: muster/spool in your home's state folder.")
  private Path spool = Path.of("");

  @Option(names = "--leave-within", paramLabel = "SECONDS", defaultValue = "30", description = "How long it may take, when told to end, to give its users to other workers and to have all "
      + "results stored. Default: ${DEFAULT-VALUE}.")
  private int leaveSeconds;

  @Option(names = "--end-after", paramLabel = "TIME", description = "Leave by itself after so long, as when it is told to end: for one that nobody watches. "
      + "Default: it stays.")
  private String endAfter = "";

  @Option(names = "--lease", paramLabel = "FILE", description = "This machine ends by itself unless it is let stay: whenever the coordinator lets it, the "
      + "second until which it may is written to FILE. Whoever ends the machine reads it.")
  private Optional<Path> lease = Optional.empty();

  @Option(names = "--ec2", description = "This machine is an instance of EC2: watch its metadata service for the notice that it is "
      + "taken back, and leave in time.")
  private boolean ec2;

  @Mixin
  private WorkerLink link = new WorkerLink();

  @Option(names = "--until-input-ends", hidden = true, description = "End when standard input ends, as it does when a parent process ends.")
  private boolean untilInputEnds;

  @Override
  public Integer call() {
    HostAndPort coordinator = HostAndPort.parse(join, "--join", CoordinatorCommand.DEFAULT_PORT);
    int loops = eventLoops > 0 ? eventLoops : Runtime.getRuntime().availableProcessors();
    var options = new WorkerOptions(
        coordinator.host(), coordinator.port(), name.isEmpty() ? machineName() : name, loops,
        sources.stream().map(WorkerCommand::ownAddress).toList(),
        allowedTargets(), maxRate.isEmpty() ? null : Arguments.rate("--max-rate", maxRate),
        Duration.ofSeconds(giveUpSeconds), Duration.ofSeconds(orphanSeconds), spoolFolder(),
        lease.map(file -> new Lease(file, InstantSource.system())));
    var started = new CompletableFuture<WorkerAgent>();
    if (!endAfter.isEmpty()) {
      endIn(Arguments.time("--end-after", endAfter), started);
    }
    if (untilInputEnds) {
      Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
        Shutdown.awaitEndOfInput();
        if (started.isDone()) {
          started.join().close();
        } else {
          System.exit(ExitCode.PASSED.status()); // It still looks for its coordinator.
        }
      });
    }
    WorkerAgent agent = agent(
        options, link.dialer(coordinator, options.name(), options.giveUpAfter()));
    started.complete(agent);
    if (ec2) {
      // It ends with this process.
      var _ = MachineWatch.start(new Imds(), warning -> warn(agent, warning));
    }
    Shutdown.onShutdown(() -> {
      agent.leaveWithin(Duration.ofSeconds(leaveSeconds));
      var _ = agent.awaitEnd();
      agent.close();
    });
    WorkerEnd end = agent.awaitEnd();
    agent.close();
    return switch (end.cause()) {
      case TOLD -> ExitCode.PASSED.status();
      case NO_COORDINATOR -> throw new UserError(
          ExitCode.NO_COORDINATOR, "The worker ends: " + end.why() + ".");
      case DEFECT -> throw new UserError(
          ExitCode.FAILED, "The worker ends: " + end.why() + ".");
    };
  }

  private static void warn(WorkerAgent agent, Warning warning) {
    warning.taken()
        .ifPresentOrElse(
            taken -> agent.willBeTaken(taken, warning.reason()),
            () -> agent.mayBeTaken(warning.reason()));
  }

  /** It hands over first, if there is anything; one that still looks for its coordinator has nothing. */
  private void endIn(Duration time, CompletableFuture<WorkerAgent> started) {
    Thread.ofPlatform().daemon().name("end-after").start(() -> {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        return; // Nobody does this but the end of the process.
      }
      if (started.isDone()) {
        started.join().leaveWithin(Duration.ofSeconds(leaveSeconds));
      } else {
        System.exit(ExitCode.PASSED.status());
      }
    });
  }

  private static WorkerAgent agent(WorkerOptions options, Dialer dialer) {
    try {
      return new WorkerAgent(options, dialer);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The worker cannot keep anything in " + options.spool() + ": " + e
              + ".\n  Choose another folder with --spool.",
          e);
    }
  }

  private Path spoolFolder() {
    if (!spool.toString().isEmpty()) {
      return spool;
    }
    String configured = System.getenv().getOrDefault("XDG_STATE_HOME", "");
    Path base = configured.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".local", "state")
        : Path.of(configured);
    return base.resolve("muster").resolve("spool");
  }

  private AllowedTargets allowedTargets() {
    return allowed.isEmpty()
        ? AllowedTargets.loopback()
        : Arguments.checked("--allow-target", () -> AllowedTargets.of(allowed));
  }

  private static InetAddress ownAddress(String text) {
    try {
      InetAddress address = InetAddress.getByName(text);
      try (var probe = new ServerSocket(0, 1, address)) {
        return probe.getInetAddress();
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE,
          "--source-address: " + text
              + " is no address of this machine.\n  'ip address' lists those "
              + "that are; 'ip address add ADDRESS dev DEVICE' adds one.",
          e);
    }
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "worker";
    }
  }
}
