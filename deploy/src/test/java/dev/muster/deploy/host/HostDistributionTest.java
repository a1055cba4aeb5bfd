package dev.muster.deploy.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.deploy.archive.WorkerArchive;
import dev.muster.deploy.program.Program;
import dev.muster.deploy.program.Program.Said;
import dev.muster.deploy.spawn.PlaceProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host gets, by real shells in folders of their own. */
class HostDistributionTest {

  @TempDir
  private Path folder = Path.of("");

  private Path archive = Path.of("");
  private String sha256 = "";

  @BeforeEach
  void write() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Files.writeString(classes.resolve("something"), "of ours");
    archive = folder.resolve("muster.tar.gz");
    sha256 = WorkerArchive.write(List.of(classes), archive);
  }

  /** A shell of this machine, as one of a host that has this JDK and keeps things elsewhere. */
  private final class Host implements Shell {

    private int fed;

    @Override
    public String machine() {
      return "the host";
    }

    @Override
    public Said run(String script, Duration atMost) {
      return Program.run(
          List.of("/bin/sh", "-s"),
          "JAVA_HOME=" + Shell.quoted(System.getProperty("java.home")) + "\n" + cache() + script,
          atMost);
    }

    @Override
    public Said feed(String script, Path input, Duration atMost) {
      fed++;
      return Program.run(List.of("/bin/sh", "-c", cache() + script), input, atMost);
    }

    private String cache() {
      return "XDG_CACHE_HOME=" + Shell.quoted(folder.resolve("its cache").toString()) + "\n";
    }
  }

  @Test
  void it_is_sent_once_and_found_the_next_time() {
    var host = new Host();
    var distribution = new HostDistribution(archive, sha256);

    String first = distribution.brought(host);
    String second = distribution.brought(host);

    assertThat(host.fed).isEqualTo(1);
    assertThat(second).isEqualTo(first);
    assertThat(host.run(first + "cat " + HostDistribution.COMMAND, Duration.ofSeconds(10)).out())
        .contains("dev.muster.cli.Main");
    assertThat(folder.resolve("its cache/muster")).isDirectoryContaining("glob:**/" + sha256)
        .isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void what_has_another_sum_is_not_kept() {
    var host = new Host();

    assertThatExceptionOfType(PlaceProblem.class)
        .isThrownBy(() -> new HostDistribution(archive, "0".repeat(64)).brought(host))
        .withMessage(
            "The distribution is not fit on the host: it did not arrive as it was sent; try again");
    assertThat(folder.resolve("its cache/muster")).isEmptyDirectory();
  }

  @Test
  void a_host_without_a_fit_java_is_told_apart() {
    var none = new Shell() {

      @Override
      public String machine() {
        return "the host";
      }

      @Override
      public Said run(String script, Duration atMost) {
        // What there is here is hidden from the script.
        return Program.run(
            List.of("/bin/sh", "-s"),
            "unset JAVA_HOME\n"
                + script.replaceAll("/usr/lib/jvm|/usr/java|/opt/java|/opt/jdk", "/nowhere")
                    .replace("command -v java", "false"),
            atMost);
      }

      @Override
      public Said feed(String script, Path input, Duration atMost) {
        throw new AssertionError("nothing is to be sent");
      }
    };

    assertThatExceptionOfType(PlaceProblem.class)
        .isThrownBy(() -> new HostDistribution(archive, sha256).brought(none))
        .withMessageStartingWith("There is no Java 25 or newer on the host");
  }
}
