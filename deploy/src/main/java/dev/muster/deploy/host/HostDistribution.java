package dev.muster.deploy.host;

import dev.muster.deploy.program.Program.Said;
import dev.muster.deploy.spawn.PlaceProblem;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a host gets that is to become a worker; it stays there, under its own sum, for the next time.
 *
 * @param archive as {@code muster distribution} writes it: it holds no Java
 * @param sha256 of the archive, in hexadecimal digits
 */
public record HostDistribution(Path archive, String sha256) {

  /** Words of a shell that start Muster, behind what {@link #brought} gives. */
  static final String COMMAND = "\"$muster\"";

  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Duration TRANSFER = Duration.ofMinutes(10);

  /** The oldest that Muster runs on. */
  private static final int JAVA = 25;

  private static final int NO_JAVA = 3;

  private static final String FOLDER = "${XDG_CACHE_HOME:-$HOME/.cache}/muster";

  /**
   * Sees to it that a host has what a worker needs.
   *
   * @return script in front of that which starts a worker there
   * @throws PlaceProblem if the host has no fit Java, or the distribution did not arrive as it is here
   */
  String brought(Shell host) {
    Said looked = host.run(look(), SHORT);
    if (looked.exitCode() == NO_JAVA) {
      throw new PlaceProblem(
          "There is no Java " + JAVA + " or newer on " + host.machine()
              + ", as far as PATH, JAVA_HOME and /usr/lib/jvm tell.\n  Install one there, such as "
              + "openjdk-" + JAVA + "-jre-headless, or set JAVA_HOME for what ssh starts.");
    }
    if (!looked.succeeded()) {
      throw new PlaceProblem(
          "The shell of " + host.machine() + " does not do what it is told: "
              + looked.err().strip());
    }
    if (!looked.out().contains("has it")) {
      Said sent = host.feed(
          "umask 077; mkdir -p \"" + FOLDER + "\" && cat >\"" + FOLDER + "/" + sha256 + ".part\"",
          archive, TRANSFER);
      if (!sent.succeeded()) {
        throw new PlaceProblem(
            "The distribution cannot be kept on " + host.machine() + ": " + sent.err().strip());
      }
      Said unpacked = host.run(unpack(), SHORT);
      if (!unpacked.succeeded()) {
        throw new PlaceProblem(
            "The distribution is not fit on " + host.machine() + ": " + unpacked.err().strip());
      }
    }
    return """
        %sPATH=$java/bin:$PATH
        muster="%s/%s"/bin/muster
        """.formatted(findJava(), FOLDER, sha256);
  }

  /** A JDK keeps its version in a file, so none has to be started to be asked. */
  private static String findJava() {
    return """
        is_fit() {
          [ -x "$1/bin/java" ] && [ -f "$1/release" ] &&
            [ "$(sed -n 's/^JAVA_VERSION="\\([0-9]*\\).*/\\1/p' "$1/release")" -ge %d ] 2>/dev/null
        }
        java=
        on_path=$(readlink -f "$(command -v java)" 2>/dev/null) || on_path=
        for each in "${JAVA_HOME:-}" "${on_path%%/bin/java}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk*; do
          if is_fit "$each"; then java=$each; break; fi
        done
        """
        .formatted(JAVA);
  }

  private String look() {
    return "set -u\n" + findJava() + """
        [ -n "$java" ] || exit %d
        [ ! -x "%s/%s/bin/muster" ] || echo 'has it'
        """.formatted(NO_JAVA, FOLDER, sha256);
  }

  private String unpack() {
    return """
        set -eu
        umask 077
        sum=%s
        cd "%s"
        is=$(if command -v sha256sum >/dev/null; then sha256sum $sum.part; else shasum -a 256 $sum.part; fi)
        if [ "${is%%%% *}" != $sum ]; then
          rm -f $sum.part
          echo 'it did not arrive as it was sent; try again' >&2
          exit 3
        fi
        mkdir $sum.$$
        tar -C $sum.$$ -xzf $sum.part
        rm $sum.part
        # Somebody else may have been faster.
        [ -e $sum ] || mv $sum.$$ $sum
        rm -rf $sum.$$
        """
        .formatted(sha256, FOLDER);
  }
}
