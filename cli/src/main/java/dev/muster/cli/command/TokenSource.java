package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.local.OwnCommand;
import dev.muster.trust.JoinToken;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Where a join token comes from: never an argument, as all users of a machine see those of all processes. */
final class TokenSource {

  /** The environment variable that holds a token. */
  static final String VARIABLE = OwnCommand.TOKEN_VARIABLE;

  @Option(names = "--token-file", paramLabel = "FILE", description = "The file that holds the join token; - reads a line of standard input. Default: the token "
      + "is in the environment variable " + VARIABLE + ".")
  private String file = "";

  /**
   * The token, if there is one.
   *
   * @param fit the roles that make sense
   * @throws UserError if it is none, or for another role
   */
  Optional<JoinToken> token(Set<Role> fit) {
    String text = text().strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    JoinToken token;
    try {
      token = JoinToken.parse(text);
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    if (!fit.contains(token.role())) {
      String wanted = fit.stream().map(Role::word).sorted().collect(Collectors.joining(" or "));
      throw new UserError(
          ExitCode.USAGE,
          "The join token is for " + token.role().phrase() + "; expected one for " + wanted
              + ".\n  Print one on the coordinator's machine: muster coordinator token --role "
              + wanted.replaceAll(" .*", ""));
    }
    return Optional.of(token);
  }

  private String text() {
    if (file.isEmpty()) {
      return System.getenv().getOrDefault(VARIABLE, "");
    }
    try {
      if (file.equals("-")) {
        // Not closed: a parent process may go on to use it.
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        return line == null ? "" : line;
      }
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE,
          "--token-file: " + file + " cannot be read"
              + (e instanceof NoSuchFileException ? ": there is no such file." : ": " + e),
          e);
    }
  }
}
