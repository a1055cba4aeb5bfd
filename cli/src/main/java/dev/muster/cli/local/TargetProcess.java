package dev.muster.cli.local;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.deploy.fleet.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The customer API as a process of its own, so that it shares no CPU accounting with the workers. */
public final class TargetProcess implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("(http://[^/]+:\\d+)/");

  private final ChildProcess process;
  private final String greeting;
  private final URI address;

  private TargetProcess(ChildProcess process, String greeting, URI address) {
    this.process = process;
    this.greeting = greeting;
    this.address = address;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param port 0 for any free one
   * @throws UserError if it does not start
   */
  public static TargetProcess start(String host, int port, Path logs) {
    Path log = logs.resolve("target.log");
    try {
      ChildProcess process = ChildProcess.start(OwnCommand.target(host, port), log, true);
      String greeting = process.firstLine();
      Matcher said = ADDRESS.matcher(greeting);
      if (!said.find()) {
        process.close();
        throw new UserError(
            ExitCode.FAILED,
            process.lastWords().isEmpty()
                ? "The target service did not start; " + log + " may say why."
                : process.lastWords());
      }
      return new TargetProcess(process, greeting, URI.create(said.group(1)));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "The target service cannot be started: " + e.getMessage(), e);
    }
  }

  /** What it says when it is there: where it answers, and where its counts are. */
  public String greeting() {
    return greeting;
  }

  /** Where it answers. */
  public URI address() {
    return address;
  }

  @Override
  public void close() {
    process.close();
  }
}
