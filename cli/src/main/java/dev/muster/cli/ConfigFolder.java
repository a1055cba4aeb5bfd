package dev.muster.cli;

import java.nio.file.Path;
import java.util.Map;

/** The user's folder for what Muster keeps from one command to the next. */
public final class ConfigFolder {

  private ConfigFolder() {}

  /** It may not exist. */
  public static Path path() {
    return path(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The same, of a user with this environment. */
  public static Path path(Map<String, String> environment, Path home) {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path base = configured.isEmpty() ? home.resolve(".config") : Path.of(configured);
    return base.resolve("muster");
  }
}
