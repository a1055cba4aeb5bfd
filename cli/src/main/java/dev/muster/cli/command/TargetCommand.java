package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.target.TargetException;
import dev.muster.target.TargetOptions;
import dev.muster.target.TargetService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster target}. */
@Command(name = "target", sortOptions = false, description = "Start the customer API, a service to send load to.")
final class TargetCommand implements Callable<Integer> {

  @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1", description = "The address to listen on. Default: ${DEFAULT-VALUE}, this machine only.")
  private String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "PORT", defaultValue = "10000", description = "The port to listen on, 0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--admin-port", paramLabel = "PORT", defaultValue = "10900", description = "The port that tells how many requests were answered, at /counts; 0 for any "
      + "free one. Default: ${DEFAULT-VALUE}.")
  private int adminPort;

  @Option(names = "--keep-alive", description = "Keep connections open after an answer. Default: close them.")
  private boolean keepAlive;

  @Option(names = "--until-input-ends", hidden = true, description = "End when standard input ends, as it does when a parent process ends.")
  private boolean untilInputEnds;

  @Override
  public Integer call() throws Exception {
    var options = TargetOptions.defaults()
        .withHost(host)
        .withPorts(port, adminPort)
        .withKeepAlive(keepAlive);
    TargetService service = start(options);
    System.out.println(
        "The customer API answers on http://" + host + ":" + service.port()
            + "/customerdata/{id}; its counts are on http://" + host + ":"
            + service.adminPort() + "/counts.");
    if (untilInputEnds) {
      WorkerCommand.awaitEndOfInput();
      service.close();
    } else {
      Shutdown.awaitAndClose(service);
    }
    return ExitCode.PASSED.status();
  }

  private static TargetService start(TargetOptions options) {
    try {
      return TargetService.start(options);
    } catch (TargetException e) {
      throw new UserError(ExitCode.FAILED, "The customer API cannot start: " + e.getMessage(), e);
    }
  }
}
