package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole command against a coordinator, a worker, and what answers in place of kubectl as a cluster would that
 * does what it is told. That a cluster does, it does not prove.
 */
class KubernetesSpawnIT {

  private static final Pattern TOKEN = Pattern.compile("token: (muster1-\\S+)");
  private static final Pattern WORKER = Pattern
      .compile("1 of 1 launched: (muster-workers-[a-z0-9]{5}-0)");

  @TempDir
  private Path folder = Path.of("");

  @BeforeEach
  void write_what_answers() throws IOException {
    Path kubectl = Files.writeString(
        Files.createDirectory(folder.resolve("bin")).resolve("kubectl"),
        """
            #!/bin/sh
            cd '%s'
            printf '%%s\\n' "$*" >>calls
            name=$(sed -n 's/^  name: //p' manifest 2>/dev/null | head -n 1)
            case $* in
              *'create -f -'*) cat >manifest ;;
              *'delete jobs,secrets'*) rm -f manifest ;;
              *'get jobs,pods,secrets'*) [ -z "$name" ] || printf 'job.batch/%%s\\nsecret/%%s\\n' "$name" "$name" ;;
              *'get jobs'*) [ -z "$name" ] || echo "$name|1||||" ;;
              *'get pods'*) [ -z "$name" ] || echo "$name-0|Running|" ;;
            esac
            """
            .formatted(folder));
    assertThat(kubectl.toFile().setExecutable(true)).isTrue();
  }

  private Muster start(String... arguments) {
    return Muster.start(
        Main.class, folder,
        Map.of("PATH", folder.resolve("bin") + ":" + System.getenv("PATH")), arguments);
  }

  private Ended terminate() {
    try (Muster command = start("workers", "terminate", "--kubernetes")) {
      return command.awaitEnd();
    }
  }

  @Test
  void a_pod_that_starts_what_the_job_says_is_let_in_and_the_fleet_ends_with_a_proof()
      throws IOException {
    try (Cluster cluster = Cluster.start(folder, 0);
        Muster spawn = start(
            "workers", "spawn", "--kubernetes", "--count", "1", "--allow-target", "127.0.0.1",
            "--to", cluster.address())) {
      Matcher launched = WORKER.matcher(spawn.awaitOutput(" launched: "));
      assertThat(launched.find()).as("%s", spawn).isTrue();
      Matcher token = TOKEN.matcher(Files.readString(folder.resolve("manifest")));
      assertThat(token.find()).isTrue();
      try (Muster _ = Muster.start(
          Main.class, folder, Map.of("MUSTER_JOIN", token.group(1)), "worker", "--join",
          cluster.address(), "--name", launched.group(1))) {
        Ended spawned = spawn.awaitEnd();
        assertThat(spawned.exitCode()).as("%s", spawned).isZero();
        assertThat(spawned.out()).contains(
            "1 of 1 have joined", "muster workers terminate --kubernetes --namespace muster");
      }
    }
    Ended ended = terminate();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.out()).contains(
        "Ends job.batch/muster-workers-",
        "Kubernetes lists no job, pod or secret of it in namespace muster any more.");
    assertThat(terminate().out())
        .contains("There is nothing of a fleet workers in namespace muster.");
    assertThat(Files.readString(folder.resolve("calls")))
        .as("all of them in the namespace, and no secret among them")
        .doesNotContain("muster1-")
        .matches("(?s)(--namespace muster [^\n]*\n)+");
  }
}
