package dev.muster.cli.local;

import dev.muster.cli.Main;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Command lines that start this very program again, as another process. */
public final class OwnCommand {

  /** The environment variable that brings a process its join token. */
  public static final String TOKEN_VARIABLE = "MUSTER_JOIN";

  private OwnCommand() {}

  /**
   * Starts a worker that ends with its parent; it needs {@link #TOKEN_VARIABLE}.
   *
   * @param allowed where it may send, as {@code --allow-target} has it
   * @param spool where it keeps what is not stored
   */
  public static List<String> worker(
      String host, int port, String name, int eventLoops, List<String> allowed, Path spool) {
    return command(
        Stream.concat(
            Stream.of(
                "worker", "--join", host + ":" + port, "--name", name, "--event-loops",
                String.valueOf(eventLoops), "--spool", spool.toString(), "--until-input-ends"),
            allowed.stream().flatMap(target -> Stream.of("--allow-target", target)))
            .toArray(String[]::new));
  }

  /** The words that start this very program, in front of those of a subcommand; in any folder. */
  public static List<String> muster() {
    return command();
  }

  /** Starts {@code muster target} with these arguments. */
  public static List<String> target(List<String> arguments) {
    return command(
        Stream.concat(Stream.of("target"), arguments.stream()).toArray(String[]::new));
  }

  /** The launcher knows what each process wants of its JVM; without it, the JVM that we have does. */
  private static List<String> command(String... arguments) {
    var command = new ArrayList<String>();
    String launcher = System.getProperty("muster.launcher", "");
    if (launcher.isEmpty()) {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions());
      command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    } else {
      command.add(launcher);
    }
    command.addAll(List.of(arguments));
    return command;
  }

  /** The image's command was packaged with what every process in there needs, such as where native libraries are. */
  private static List<String> jvmOptions() {
    return System.getProperty("jpackage.app-path") == null
        ? List.of("--enable-native-access=ALL-UNNAMED")
        : ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  /** Ours, for a process that may be in another folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(part -> Path.of(part).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
