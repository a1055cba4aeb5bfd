package dev.muster.deploy.host;

import dev.muster.deploy.program.Program;
import dev.muster.deploy.program.Program.Said;
import dev.muster.deploy.spawn.PlaceProblem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine that the system's {@code ssh} reaches, with the user's own configuration, and without asking anybody.
 *
 * @param text as it was written
 * @param destination as ssh is told it
 * @param host without user and port
 */
public record SshHost(String text, String destination, String host, Optional<String> port)
    implements
      Shell {

  private static final Pattern WRITTEN = Pattern.compile(
      "(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*@)?"
          + "(?<host>[A-Za-z0-9][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{1,5}))?");

  /** What ssh ends with when it has not come so far as to run anything. */
  private static final int NOT_REACHED = 255;

  /**
   * Reads {@code [USER@]HOST[:PORT]}. A host may be an alias of the user's configuration.
   *
   * @throws IllegalArgumentException with a sentence, if it is none
   */
  public static SshHost parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no host; they are written as ann@host.example.com:22, or as ssh's "
              + "configuration calls them");
    }
    String host = written.group("host").replaceAll("[\\[\\]]", "");
    String user = written.group("user") == null ? "" : written.group("user");
    return new SshHost(text, user + host, host, Optional.ofNullable(written.group("port")));
  }

  @Override
  public String machine() {
    return text;
  }

  @Override
  public Said run(String script, Duration atMost) {
    return reached(Program.run(command("sh -s"), script, atMost));
  }

  @Override
  public Said feed(String script, Path input, Duration atMost) {
    return reached(Program.run(command("sh -c " + Shell.quoted(script)), input, atMost));
  }

  private List<String> command(String remote) {
    var command = new ArrayList<>(
        List.of(
            "ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o",
            "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "ControlMaster=no"));
    port.ifPresent(number -> command.addAll(List.of("-p", number)));
    command.addAll(List.of("--", destination, remote));
    return command;
  }

  private Said reached(Said said) {
    if (said.exitCode() != NOT_REACHED) {
      return said;
    }
    String why = said.err().strip();
    throw new PlaceProblem(
        "ssh does not get into " + text + ": " + why.substring(why.lastIndexOf('\n') + 1).strip()
            + "\n  " + advice(why));
  }

  private String advice(String why) {
    if (why.contains("Host key verification failed")) {
      return "Its key is not known here, or is another than before: 'ssh " + destination
          + "' once by hand, and compare.";
    }
    if (why.contains("Permission denied")) {
      return "It lets nobody in with the keys that are at hand; look at 'ssh-add -l' and ~/.ssh/config. "
          + "Nothing is asked here, so a password is of no use.";
    }
    return "Try 'ssh " + destination
        + "' by hand; what works there without a question works here.";
  }
}
