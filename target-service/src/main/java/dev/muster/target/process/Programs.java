package dev.muster.target.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where programs of other makers are installed. */
public final class Programs {

  // Servers are installed there, and an ordinary user's path often lacks them.
  private static final List<String> OF_SERVERS = List.of(
      "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/opt/homebrew/bin");

  private Programs() {}

  /** The program of this name, on the path or where servers are installed. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Arrays.stream(path.split(File.pathSeparator, -1)), OF_SERVERS.stream())
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The program of this name.
   *
   * @param purpose what it is needed for, such as {@code the memcached architecture}
   * @throws ProcessException if it is not installed
   */
  public static Path require(String name, String purpose) {
    return find(name).orElseThrow(
        () -> new ProcessException(
            name + ", which " + purpose + " needs, is not installed; build/services/install "
                + "installs it on Debian and Ubuntu",
            null));
  }
}
