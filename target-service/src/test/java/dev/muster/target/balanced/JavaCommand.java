package dev.muster.target.balanced;

import java.nio.file.Path;
import java.util.List;

/** How tests start a process of their own. */
public final class JavaCommand {
  private JavaCommand() {}

  /** What runs this class with this JVM and the tests' classes; small and quick to start. */
  public static List<String> of(String mainClass) {
    return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("java.class.path"), mainClass);
  }
}
