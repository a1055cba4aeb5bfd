package dev.muster.target.lambda;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** What runs the function in a test. */
enum Emulation {
  OWN {
    @Override
    Optional<Path> emulator() {
      return Optional.empty();
    }
  },
  AWS {
    @Override
    Optional<Path> emulator() {
      var installed = FunctionOptions.installedEmulator();
      if (installed.isEmpty()) {
        String reason = "aws-lambda-rie is not installed; build/services/emulator DIR installs it, "
            + "and MUSTER_LAMBDA_EMULATOR tells where";
        if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
          throw new IllegalStateException(reason + "; MUSTER_SERVICES=required");
        }
        Assumptions.abort(reason);
      }
      return installed;
    }
  };

  /** Its emulator; a test that lacks it is skipped, or fails where it is required. */
  abstract Optional<Path> emulator();
}
