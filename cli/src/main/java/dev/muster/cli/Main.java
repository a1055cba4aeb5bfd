package dev.muster.cli;

import dev.muster.cli.command.MusterCommand;
import dev.muster.trust.JoinToken;
import java.util.Arrays;
import java.util.List;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the command {@code muster}. */
public final class Main {

  /** Of Netty, and of gRPC's own copy of it. */
  private static final List<String> FLIGHT_RECORDER_OF_NETTY = List
      .of("io.netty.jfr.enabled", "io.grpc.netty.shaded.io.netty.jfr.enabled");

  private Main() {}

  /** Runs the command that {@code arguments} name, and exits with its {@link ExitCode}. */
  public static void main(String[] arguments) {
    // Else Netty begins with a flight recorder that nobody has asked for, which costs each start 0.2 s of CPU.
    FLIGHT_RECORDER_OF_NETTY.forEach(name -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, "false");
      }
    });
    // gRPC would tell of each stranger's nonsense with a stack trace of its own.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    if (Arrays.stream(arguments).anyMatch(JoinToken::isWithin)) {
      // Not told which, as what is said ends up in logs.
      System.err.println(
          "A join token stands among the arguments, where every user of this machine can read it: it is "
              + "no secret any more.\n  Print another with 'muster coordinator token', and give it in the "
              + "environment variable MUSTER_JOIN or with --token-file.");
      System.exit(ExitCode.USAGE.status());
    }
    CommandLine commandLine = MusterCommand.commandLine(arguments)
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler((error, _) -> refuse(error))
        .setExecutionExceptionHandler((error, command, _) -> report(error, command));
    System.exit(commandLine.execute(arguments));
  }

  private static int refuse(ParameterException error) {
    CommandLine command = error.getCommandLine();
    var err = command.getErr();
    err.println(error.getMessage());
    boolean hinted = UnmatchedArgumentException.printSuggestions(error, err);
    if (error.getArgSpec() == null && !(error instanceof UnmatchedArgumentException)) {
      // Nothing is wrong with what is there: something is missing.
      command.usage(err);
    } else if (!hinted) {
      // Not the whole page, which would push what is wrong off the screen.
      err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells what there is.");
    }
    return ExitCode.USAGE.status();
  }

  private static int report(Exception error, CommandLine command) {
    if (MusterCommand.isDebug()) {
      error.printStackTrace(command.getErr());
    }
    if (error instanceof UserError mistake) {
      command.getErr().println(mistake.getMessage());
      return mistake.exitCode().status();
    }
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    command.getErr().println("muster: " + message + " (use --debug to see where)");
    return ExitCode.FAILED.status();
  }
}
