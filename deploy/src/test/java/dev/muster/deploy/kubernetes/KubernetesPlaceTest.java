package dev.muster.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.deploy.program.Program;
import dev.muster.deploy.spawn.FleetName;
import dev.muster.deploy.spawn.Joining;
import dev.muster.deploy.spawn.Machine;
import dev.muster.deploy.spawn.Machine.State;
import dev.muster.deploy.spawn.PlaceProblem;
import dev.muster.deploy.spawn.WorkerOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of Kubernetes, and how its answers are read. No cluster is behind it. */
class KubernetesPlaceTest {

  private static final FleetName FLEET = new FleetName("test");
  private static final Joining JOINING = new Joining(
      "muster-coordinator:7400", "muster1-secret", List.of("shop.example.com:443"),
      Duration.ofSeconds(60));
  private static final WorkerOrder THREE = new WorkerOrder(3, false, Duration.ofMinutes(30));

  private final SimulatedCluster cluster = new SimulatedCluster();
  private final KubernetesPlace place = new KubernetesPlace(cluster, "muster", FLEET);

  private List<String> launch() {
    return place.launcher("registry.example/muster:1").launch(THREE, JOINING).launched();
  }

  @Test
  void a_launch_is_a_job_of_as_many_workers_and_a_secret_with_their_token() {
    List<String> launched = launch();

    String job = launched.getFirst().replaceAll("-0$", "");
    assertThat(job).matches("muster-test-[a-z0-9]{5}");
    assertThat(launched).containsExactly(job + "-0", job + "-1", job + "-2");
    assertThat(cluster.calls("create")).singleElement().satisfies(call -> {
      assertThat(call.arguments()).as("no secret among them").isEqualTo("create -f -");
      assertThat(call.input()).contains(
          "kind: Secret", "token: muster1-secret", "name: " + job, "secretName: " + job,
          "muster.dev/fleet: test", "completions: 3", "parallelism: 3",
          "activeDeadlineSeconds: 1800", "image: registry.example/muster:1",
          "- worker\n", "--join=muster-coordinator:7400", "--allow-target=shop.example.com:443",
          "--end-after=1800s");
    });
  }

  @Test
  void what_the_template_says_of_a_worker_and_no_order_says_otherwise_stays() throws IOException {
    launch();

    String manifest = cluster.calls("create").getFirst().input();
    assertThat(manifest).contains(
        "--token-file=/join/token", "--credential=/data/credential", "--leave-within=30",
        "readOnlyRootFilesystem: true", "runAsNonRoot: true", "terminationGracePeriodSeconds: 45");
    assertThat(manifest).containsOnlyOnce("--join=").containsOnlyOnce("- worker\n");
    assertThat(Files.readString(Path.of("kubernetes/base/worker.yaml")))
        .as("the template is that which people apply by hand")
        .contains("--token-file=/join/token", "terminationGracePeriodSeconds: 45");
  }

  @Test
  void it_is_valid_for_kubernetes(@TempDir Path folder) throws IOException {
    String tools = System.getenv().getOrDefault("MUSTER_CLOUD", "");
    Path validate = Path.of(tools, "venv", "bin", "kubernetes-validate");
    String needs = "kubernetes-validate is needed: build/cloud/install DIR, and MUSTER_CLOUD=DIR";
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(validate).as(needs).exists();
    }
    assumeTrue(!tools.isEmpty() && Files.exists(validate), needs);
    launch();
    Path manifest = Files.writeString(
        folder.resolve("launch.yaml"), cluster.calls("create").getFirst().input());

    assertThat(
        Program.run(
            List.of(validate.toString(), "--strict", manifest.toString()), "",
            Duration.ofSeconds(60)))
        .satisfies(said -> assertThat(said.exitCode()).as("%s", said).isZero());
    Files.writeString(
        manifest, Files.readString(manifest).replace("completions:", "completion:"));
    assertThat(
        Program.run(
            List.of(validate.toString(), "--strict", manifest.toString()), "",
            Duration.ofSeconds(60)).exitCode())
        .as("it would notice")
        .isNotZero();
  }

  @Test
  void only_what_is_missing_is_launched() {
    cluster.says("get jobs", "muster-test-aaaaa|3||||", "muster-test-bbbbb|2||0-1|Failed|")
        .says("get pods", "muster-test-aaaaa-0|Running|", "muster-test-aaaaa-2|Failed|");

    List<String> launched = launch();

    assertThat(launched).hasSize(3).startsWith("muster-test-aaaaa-0", "muster-test-aaaaa-1");
    assertThat(cluster.calls("create").getFirst().input()).contains("completions: 1");
  }

  @Test
  void of_pods_that_run_wait_have_ended_or_are_gone_it_is_told() {
    cluster.says("get jobs", "muster-test-aaaaa|6|4|5||")
        .says(
            "get pods", "muster-test-aaaaa-0|Running|", "muster-test-aaaaa-1|Pending|",
            "muster-test-aaaaa-2|Failed|", "muster-test-aaaaa-3|Running|2026-01-02T03:04:05Z");

    assertThat(place.machines(
        List.of("muster-test-aaaaa-0", "muster-test-aaaaa-1", "muster-test-aaaaa-2",
            "muster-test-aaaaa-3", "muster-test-aaaaa-4", "muster-test-aaaaa-5",
            "muster-test-ccccc-0")))
        .containsExactly(
            new Machine("muster-test-aaaaa-0", State.RUNNING),
            new Machine("muster-test-aaaaa-1", State.PENDING),
            new Machine("muster-test-aaaaa-2", State.ENDED),
            new Machine("muster-test-aaaaa-3", State.ENDED),
            new Machine("muster-test-aaaaa-4", State.ENDED),
            new Machine("muster-test-aaaaa-5", State.ENDED));
  }

  @Test
  void the_log_and_the_end_of_a_worker_are_those_of_its_index() {
    cluster.says("logs", "refused");

    assertThat(place.lastWords("muster-test-aaaaa-7")).isEqualTo("refused");
    place.end(List.of("muster-test-aaaaa-7"));

    assertThat(cluster.calls("delete pods")).singleElement()
        .satisfies(
            call -> assertThat(call.arguments()).contains(
                "batch.kubernetes.io/job-name=muster-test-aaaaa,"
                    + "batch.kubernetes.io/job-completion-index=7"));
  }

  @Test
  void a_fleet_is_ended_by_its_label_and_what_is_left_is_asked_for_afterwards() {
    assertThat(place.endAll()).isEmpty();
    assertThat(cluster.calls("delete jobs,secrets -l muster.dev/fleet=test")).hasSize(1);
    assertThat(cluster.calls("get jobs,pods,secrets -l muster.dev/fleet=test")).hasSize(1);

    cluster.says("get jobs,pods,secrets", "pod/one", "secret/two");
    assertThat(place.leftovers()).containsExactly("pod/one", "secret/two");
  }

  @Test
  void what_was_created_of_a_launch_that_failed_is_removed() {
    cluster.fails("create", "Error from server (Forbidden): jobs.batch is forbidden");

    assertThatExceptionOfType(PlaceProblem.class).isThrownBy(this::launch)
        .withMessageStartingWith("Cannot launch 3 workers in namespace muster: ")
        .withMessageContaining("docs/workers.md")
        .withMessageNotContaining("muster1-secret");
    assertThat(cluster.calls("delete job/muster-test-")).hasSize(1);
  }

  @Test
  void a_cluster_that_is_not_there_is_a_sentence() {
    cluster.fails("get", "The connection to the server localhost:8080 was refused");

    assertThatExceptionOfType(PlaceProblem.class).isThrownBy(this::launch)
        .withMessageContaining("No cluster answers; look at 'kubectl config current-context'");
  }
}
