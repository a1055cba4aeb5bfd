package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.target.process.Programs;

/** Programs that a test needs: it is skipped without them, or fails where services are required. */
final class Installed {

  private Installed() {}

  /** Goes on only if {@code program} is installed. */
  static void assume(String program, String whoNeedsIt) {
    boolean installed = Programs.find(program).isPresent();
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(installed).as(program + " is installed").isTrue();
    }
    assumeTrue(
        installed, whoNeedsIt + " needs " + program + "; build/services/install installs it");
  }

  /** Goes on only for root, who may do what others may not. */
  static void assumeRoot(String what) {
    boolean root = "root".equals(System.getProperty("user.name"));
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(root).as("root, who may have " + what).isTrue();
    }
    assumeTrue(root, what + " needs root");
  }
}
