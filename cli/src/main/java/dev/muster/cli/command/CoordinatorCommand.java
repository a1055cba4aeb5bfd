package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.local.Shutdown;
import dev.muster.coordinator.Coordinator;
import dev.muster.coordinator.CoordinatorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster coordinator}. */
@Command(name = "coordinator", sortOptions = false, description = "Start a coordinator; prints the line to start workers with.")
final class CoordinatorCommand implements Callable<Integer> {

  /** The port of a coordinator that says nothing else. */
  static final int DEFAULT_PORT = 7400;

  @Option(names = "--bind", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "The address to listen on. Default: ${DEFAULT-VALUE}, this machine only.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "PORT", defaultValue = "7400", description = "The port to listen on. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "muster-data", description = "The folder for its store and results. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("muster-data");

  @Override
  public Integer call() throws Exception {
    Coordinator coordinator = start();
    String address = host + ":" + coordinator.port();
    System.out.println("The coordinator listens on " + address + ".");
    System.out.println("Start workers with:  muster worker --join " + address);
    System.out.println("Submit plans with:   muster submit PLAN --to " + address);
    if (!InetAddress.getByName(host).isLoopbackAddress()) {
      System.err.println(
          "Warning: whoever reaches " + address
              + " can join and submit; the link is not encrypted. Keep it in a closed network.");
    }
    Shutdown.awaitAndClose(coordinator);
    return ExitCode.PASSED.status();
  }

  private Coordinator start() {
    try {
      return Coordinator.start(new CoordinatorOptions(host, port, data));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The coordinator cannot listen on " + host + ":" + port + " with its data in " + data
              + ": " + reason(e) + ".\n  Choose others with --port, --bind or --data.",
          e);
    }
  }

  private static String reason(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }
}
