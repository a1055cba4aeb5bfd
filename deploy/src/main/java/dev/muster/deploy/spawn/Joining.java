package dev.muster.deploy.spawn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker is told when it is started, wherever that is.
 *
 * @param coordinator where it joins, as it reaches it: host and port
 * @param token lets it in, for minutes and under a name that was launched
 * @param allowed where it may send load
 * @param giveUpAfter how long it looks for its coordinator before it gives up
 */
public record Joining(
    String coordinator, String token, List<String> allowed, Duration giveUpAfter) {

  /** @throws IllegalArgumentException with a sentence, if a part has a character that nobody may be told */
  public Joining {
    allowed = List.copyOf(allowed);
    printable("the coordinator's address", coordinator);
    printable("the join token", token);
    allowed.forEach(target -> printable("--allow-target", target));
  }

  private static void printable(String what, String text) {
    if (text.isEmpty() || !text.chars().allMatch(each -> each > ' ' && each < 0x7f)) {
      throw new IllegalArgumentException(
          what + " has a character that no worker may be told: '" + text + "'");
    }
  }

  /**
   * The words that start such a worker, behind those that start Muster. Its token is not among them, as all users
   * of a machine see the arguments of all processes.
   *
   * @param ttl after which it leaves by itself
   */
  public List<String> arguments(Duration ttl) {
    var arguments = new ArrayList<>(
        List.of(
            "worker", "--join=" + coordinator, "--give-up-after=" + giveUpAfter.toSeconds(),
            "--end-after=" + ttl.toSeconds() + "s"));
    allowed.forEach(target -> arguments.add("--allow-target=" + target));
    return arguments;
  }

  /** Without the token, which is a secret. */
  @Override
  public String toString() {
    return "Joining[" + coordinator + ", " + allowed + "]";
  }
}
