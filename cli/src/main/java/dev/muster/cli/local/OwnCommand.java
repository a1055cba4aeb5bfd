package dev.muster.cli.local;

import dev.muster.cli.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Command lines that start this very program again, as another process. */
public final class OwnCommand {

  /** Small and quick to start; the load engine makes next to no garbage. */
  private static final List<String> WORKER_JVM = List.of(
      "-Xmx512m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

  private static final List<String> TARGET_JVM = List.of("-Xmx512m", "-XX:+UseSerialGC");

  private OwnCommand() {}

  /** Starts a worker that ends with its parent. */
  public static List<String> worker(String host, int port, String name, int eventLoops) {
    return command(
        WORKER_JVM, "worker", "--join", host + ":" + port, "--name", name, "--event-loops",
        String.valueOf(eventLoops), "--until-input-ends");
  }

  /** Starts the customer API, which ends with its parent. */
  public static List<String> target(String host, int port) {
    return command(
        TARGET_JVM, "target", "--host", host, "--port", String.valueOf(port), "--admin-port", "0",
        "--until-input-ends");
  }

  private static List<String> command(List<String> jvm, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    String cache = System.getProperty("muster.aot.worker", "");
    if (!cache.isEmpty() && arguments[0].toLowerCase(Locale.ROOT).equals("worker")) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }
}
