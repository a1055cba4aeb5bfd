package dev.muster.cli.target;

import dev.muster.cli.ArchitectureName;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.local.Shutdown;
import dev.muster.target.Architecture;
import dev.muster.target.TargetException;
import dev.muster.target.TargetOptions;
import dev.muster.target.process.ProcessException;
import dev.muster.target.store.StoreException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster target}. */
@Command(name = "target", sortOptions = false, sortSynopsis = false, description = "Start the customer API, a service to send load to.", subcommands = {
    InitDbCommand.class, FaultsCommand.class}, footer = {
        "",
        "Examples:",
        "  muster target                                   all in one process",
        "  muster target --architecture three_tier         with a MariaDB that is started along with it",
        "  muster target --architecture load_balanced --data memory",
        "  muster target --delay 27ms±5ms --capacity 4     as slow as you ask for"})
public final class TargetCommand implements Callable<Integer> {

  private static final String CANNOT_START = "The customer API cannot start: ";

  @Option(names = "--architecture", paramLabel = "NAME", defaultValue = "embedded", converter = ArchitectureName.class, description = "embedded, three_tier (MariaDB), memcached (in front of it), load_balanced (five "
      + "processes behind HAProxy) or lambda. Default: ${DEFAULT-VALUE}.")
  private Architecture architecture = Architecture.EMBEDDED;

  @Option(names = "--data", paramLabel = "KIND", converter = Data.Name.class, description = "Where load_balanced and lambda look customers up: memory, mariadb or memcached. "
      + "Default: memcached.")
  private @Nullable Data data;

  @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "The address to listen on. Default: ${DEFAULT-VALUE}, this machine only.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "PORT", defaultValue = "10000", description = "The port to listen on, 0 for any free one; of load_balanced, the first "
      + "process's. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--admin-port", paramLabel = "PORT", defaultValue = "10900", description = "The port that tells how many requests were answered, at /counts; 0 for any "
      + "free one. Default: ${DEFAULT-VALUE}.")
  private int adminPort;

  @Option(names = "--keep-alive", description = "Keep connections open after an answer. Default: close them.")
  private boolean keepAlive;

  @ArgGroup(validate = false, heading = "%n@|bold Database and cache|@ (where none is given, one is started and ended along with it)%n")
  private DatabaseArguments database = new DatabaseArguments();

  @ArgGroup(validate = false)
  private CacheArguments cache = new CacheArguments();

  @ArgGroup(validate = false, heading = "%n@|bold Load balancer and Lambda|@%n")
  private ArchitectureArguments parts = new ArchitectureArguments();

  @ArgGroup(validate = false, heading = "%n@|bold Realism|@ (all off by default, counted at /counts; 'muster target faults' changes them)%n")
  private FaultArguments faults = new FaultArguments();

  @Option(names = "--until-input-ends", hidden = true, description = "End when standard input ends, as it does when a parent process ends.")
  private boolean untilInputEnds;

  @Override
  public Integer call() throws Exception {
    Stack stack = start();
    System.out.println(
        "The customer API answers on http://" + host + ":" + stack.port()
            + "/customerdata/{id}; its counts are on http://" + host + ":"
            + stack.adminPort() + "/counts.");
    if (untilInputEnds) {
      Shutdown.awaitEndOfInput();
      stack.close();
    } else {
      Shutdown.awaitAndClose(stack);
    }
    return ExitCode.PASSED.status();
  }

  private Stack start() {
    var options = TargetOptions.defaults()
        .withHost(host)
        .withPorts(port, adminPort)
        .withKeepAlive(keepAlive)
        .withFaults(faults.faults());
    try {
      return Stack.start(
          new Stack.Wanted(architecture, data(), options, database, cache, parts),
          System.err::println);
    } catch (TargetException | StoreException | ProcessException e) {
      throw new UserError(ExitCode.FAILED, sentence(String.valueOf(e.getMessage())), e);
    }
  }

  // A process behind the balancer has said so itself.
  private static String sentence(String reason) {
    return reason.startsWith(CANNOT_START) ? reason : CANNOT_START + reason;
  }

  private Data data() {
    Data usual = Data.of(architecture);
    if (data == null || data == usual) {
      return usual;
    }
    return switch (architecture) {
      case LOAD_BALANCED, LAMBDA -> data;
      case EMBEDDED, THREE_TIER, MEMCACHED -> throw new UserError(
          ExitCode.USAGE,
          "--data: the architecture " + architecture + " has its data in " + usual
              + ".\n  Expected --architecture " + data.architecture() + ", or no --data.");
    };
  }
}
