package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands say of an account and of its prices, at AWS's stand-in. */
@SuppressWarnings("NullAway.Init")
class AccountIT {

  @TempDir
  private Path folder = Path.of("");

  private static Process standIn;
  private static String endpoint = "";

  @BeforeAll
  static void start() throws IOException {
    standIn = new ProcessBuilder(
        Ec2.python().toString(), "../build/cloud/standin.py", "--port", "0", "--leash")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String line = standIn.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line).as("its first line").startsWith("listening on ");
    endpoint = "http://127.0.0.1:" + line.substring("listening on ".length());
  }

  @AfterAll
  static void end() throws InterruptedException {
    if (standIn != null) {
      standIn.destroy();
      standIn.waitFor();
    }
  }

  @BeforeEach
  void reset() throws IOException, InterruptedException {
    ask("DELETE", "", "");
  }

  @Test
  void prices_are_fetched_and_kept_with_their_date() {
    Ended updated = muster(
        "prices", "update", "--region", "eu-central-1");
    Ended listed = muster("prices", "list", "--region", "eu-central-1");

    assertThat(updated.exitCode()).as(updated.toString()).isZero();
    assertThat(updated.out()).contains(
        "eu-central-1: 10 types", folder.resolve("config/muster/prices.json").toString());
    assertThat(listed.out().lines()).hasSize(10)
        .allMatch(
            line -> line.endsWith(LocalDate.now(ZoneOffset.UTC).toString()));
    assertThat(listed.out()).containsPattern("eu-central-1 +c7i.large +0.10185 ");
  }

  @Test
  void those_of_other_regions_stay() {
    var _ = muster("prices", "update", "--region", "eu-central-1");
    var _ = muster("prices", "update");

    assertThat(muster("prices", "list").out()).containsPattern("eu-central-1 +c7i.large ")
        .containsPattern("us-east-1 +c7i.large ");
  }

  @Test
  void prices_that_cannot_be_read_are_an_error_that_an_update_takes_away() throws IOException {
    Path file = folder.resolve("config/muster/prices.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{");

    Ended broken = muster("prices", "list");
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.err()).contains(file.toString(), "muster prices update");

    assertThat(muster("prices", "update").exitCode()).isZero();
    assertThat(muster("prices", "list").exitCode()).isZero();
  }

  @Test
  void a_good_account_is_said_to_be_one() throws IOException, InterruptedException {
    ask("PUT", "/quotas", "{\"L-1216C47A\": 64}");
    Ended ended = muster("doctor", "--ec2", "--count", "3", "--to", "192.0.2.7:7400");

    assertThat(ended.exitCode()).as(ended.toString()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).containsPattern("(?m)^ok    credentials  arn:aws:")
        .containsPattern("(?m)^ok    permissions  ")
        .containsPattern("(?m)^ok    image +ami-")
        .containsPattern("(?m)^ok    subnets .* free addresses for 3 instances$")
        .containsPattern("(?m)^ok    quota +64 of 64 vCPUs are free, 6 are wanted$")
        .containsPattern("(?m)^ok    coordinator  192.0.2.7 is none of this account's")
        .contains("Nothing stands in the way.")
        .doesNotContain("Statement");
  }

  @Test
  void a_permission_that_is_missing_is_named_and_the_policy_printed()
      throws IOException, InterruptedException {
    ask(
        "PUT", "/faults/CreateFleet",
        """
            {"code": "UnauthorizedOperation", "http": 403, "times": -1, "message": "no"}""");
    ask("PUT", "/quotas", "{\"L-1216C47A\": 1}");
    Ended ended = muster("doctor", "--ec2", "--type", "c7i.large");

    assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
    assertThat(ended.out()).containsPattern("(?m)^warn  permission   ec2:CreateFleet ")
        .containsPattern("(?m)^fail  quota +1 of 1 vCPUs are free, 2 are wanted$")
        .contains("\"ec2:CreateFleet\"", "aws:RequestTag/muster:fleet");
  }

  @Test
  void the_policy_is_printed_alone_and_without_asking_anybody()
      throws IOException, InterruptedException {
    Ended ended = muster("doctor", "--ec2", "--policy");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).startsWith("{").contains("\"ec2:TerminateInstances\"");
    assertThat(ask("GET", "/calls", "")).isEqualTo("[]");
  }

  @Test
  void the_policy_allows_what_a_bucket_and_a_profile_need_where_they_are_named() {
    Ended plain = muster("doctor", "--ec2", "--policy");
    Ended ended = muster(
        "doctor", "--ec2", "--policy", "--distribution", "s3://shelf/muster.tar.gz",
        "--instance-profile", "machines", "--role", "team/machine");

    assertThat(plain.out()).doesNotContain("s3:", "iam:PassRole");
    assertThat(ended.exitCode()).as(ended.toString()).isZero();
    assertThat(ended.out()).contains(
        "\"s3:GetObject\"", "\"s3:PutObject\"", "arn:aws:s3:::shelf/muster.tar.gz",
        "\"iam:PassRole\"", "arn:aws:iam::*:role/team/machine");
  }

  @Test
  void a_bucket_that_there_is_not_stands_in_the_way() {
    Ended ended = muster(
        "doctor", "--ec2", "--type", "c7i.large", "--distribution", "s3://shelf/muster.tar.gz");

    assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
    assertThat(ended.out()).containsPattern("(?m)^fail  bucket +there is no bucket of this name$")
        .contains("aws s3 mb")
        .doesNotContain("s3:PutObject");
  }

  @Test
  void what_makes_no_sense_is_told() {
    assertThat(muster("doctor", "--ec2", "plan.yaml").exitCode()).isEqualTo(2);
    assertThat(muster("doctor", "--count", "20").err()).contains("--count", "add --ec2");
    assertThat(muster("doctor", "--ec2", "--workers", "3").err()).contains("--workers");
    assertThat(muster("doctor", "--ec2", "--type", "large").err())
        .contains("'large' is no type of instance");
    assertThat(muster("doctor", "--ec2", "--to", "here:there").err()).contains("is no address");
    assertThat(muster("doctor", "--ec2", "--distribution", "muster.tar.gz").err())
        .contains("'muster.tar.gz' is no address");
    assertThat(muster("doctor", "--ec2", "--policy", "--distribution", "s3://shelf").err())
        .contains("--distribution: ", "expected s3://BUCKET/KEY");
    assertThat(muster("doctor", "--ec2", "--policy", "--role", "machine").err())
        .contains("--role: ", "--instance-profile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no\n", "\n"})
  void nothing_is_launched_unless_somebody_says_yes(String answer)
      throws IOException, InterruptedException {
    try (Cluster cluster = Cluster.start(folder, 0);
        Muster spawn = Muster.start(
            Main.class, folder, environment(), "workers", "spawn", "--ec2", "--count", "2",
            "--allow-target",
            "192.0.2.1", "--to",
            cluster.address())) {
      Ended ended = spawn.types(answer).awaitEnd();

      assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
      assertThat(ended.out()).contains("2 instances of ", "USD an hour", "Launch them? [y/N]");
      assertThat(ended.err()).contains("Nothing was launched", "--yes");
    }
    assertThat(ask("GET", "/instances", "")).isEqualTo("[]");
  }

  private Ended muster(String... arguments) {
    return Muster.run(folder, environment(), arguments);
  }

  private static Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint, "AWS_REGION", "us-east-1", "AWS_ACCESS_KEY_ID", "one",
        "AWS_SECRET_ACCESS_KEY", "two");
  }

  private static String ask(String method, String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      var answer = http.send(
          HttpRequest.newBuilder(URI.create(endpoint + "/standin" + path))
              .method(method, BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    }
  }
}
