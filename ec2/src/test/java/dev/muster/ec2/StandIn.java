package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.ssm.SsmClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What stands in for AWS: build/cloud/standin.py, in a process of its own; see README.md there. */
final class StandIn implements AutoCloseable {

  /** Maven runs tests in the folder of their module. */
  private static final String SCRIPT = "../build/cloud/standin.py";

  private static final StaticCredentialsProvider SOMEBODY = StaticCredentialsProvider.create(
      AwsBasicCredentials.create("somebody", "secret"));

  private final Process process;
  private final URI address;
  private final HttpClient http = HttpClient.newHttpClient();

  private StandIn(Process process, int port) {
    this.process = process;
    this.address = URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it; skips the test where it is not installed. */
  static StandIn start() {
    String folder = System.getenv().getOrDefault("MUSTER_CLOUD", "");
    Path python = Path.of(folder, "venv", "bin", "python");
    String needs = "EC2's stand-in is needed: build/cloud/install DIR, and MUSTER_CLOUD=DIR";
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(python).as(needs).exists();
    }
    assumeTrue(!folder.isEmpty() && Files.exists(python), needs);
    try {
      Process process = new ProcessBuilder(
          python.toString(), SCRIPT, "--port", "0")
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(line).as("its first line").startsWith("listening on ");
      return new StandIn(process, Integer.parseInt(line.substring("listening on ".length())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A fresh world, in which nothing was launched. */
  void reset() {
    var _ = said("DELETE", "/standin", "");
  }

  Ec2Fleet fleet() {
    return fleet(InstantSource.system());
  }

  /** Fleets of somebody with this clock. */
  Ec2Fleet fleet(InstantSource clock) {
    return new Ec2Fleet(
        "us-east-1",
        ec2(),
        SsmClient.builder()
            .endpointOverride(address)
            .region(Region.US_EAST_1)
            .credentialsProvider(SOMEBODY)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build(),
        clock);
  }

  /** A group that somebody has made: in the default VPC, or in one of its own with these addresses. */
  String securityGroup(Optional<String> addresses) {
    try (Ec2Client ec2 = ec2()) {
      String vpc = addresses
          .map(each -> ec2.createVpc(request -> request.cidrBlock(each)).vpc())
          .orElseGet(() -> ec2.describeVpcs().vpcs().getFirst())
          .vpcId();
      return ec2.createSecurityGroup(
          request -> request.groupName("somebody's").description("a group").vpcId(vpc))
          .groupId();
    }
  }

  /** Makes an instance profile of this name, and returns its ARN. */
  String profile(String name) {
    String made = said(
        HttpRequest.newBuilder(address)
            // By this it is known which service is meant.
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=somebody/20260101/us-east-1/iam/aws4_request, "
                    + "SignedHeaders=host, Signature=0")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    "Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName="
                        + name)));
    return made.replaceAll("(?s).*<Arn>(.*)</Arn>.*", "$1");
  }

  private Ec2Client ec2() {
    return Ec2Client.builder()
        .endpointOverride(address)
        .region(Region.US_EAST_1)
        .credentialsProvider(SOMEBODY)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  /** S3 as somebody reaches it, with a bucket of this name. */
  DistributionBucket bucket(String name) {
    S3Client s3 = S3Client.builder()
        .endpointOverride(address)
        .region(Region.US_EAST_1)
        .credentialsProvider(SOMEBODY)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
    var _ = s3.createBucket(request -> request.bucket(name));
    return new DistributionBucket(
        s3,
        S3Presigner.builder()
            .endpointOverride(address)
            .region(Region.US_EAST_1)
            .credentialsProvider(SOMEBODY)
            .build());
  }

  /** What anybody fetches from an address, who shows nothing. */
  byte[] fetched(URI from) {
    try {
      var answer = http.send(HttpRequest.newBuilder(from).build(), BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).as("%s", from).isEqualTo(200);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The next calls of an action fail. */
  void failing(String action, String code, int http, int times) {
    put(
        "faults/" + action,
        """
            {"code": "%s", "http": %d, "times": %d}""".formatted(code, http, times));
  }

  /** Nothing fails any more. */
  void heal() {
    var _ = said("DELETE", "/standin/faults", "");
  }

  void put(String what, String body) {
    var _ = said("PUT", "/standin/" + what, body);
  }

  /** All that were launched. */
  List<JsonNode> instances() {
    return list("/standin/instances");
  }

  /** All calls of an action. */
  List<JsonNode> calls(String action) {
    return list("/standin/calls").stream()
        .filter(call -> call.path("action").asString().equals(action))
        .toList();
  }

  private List<JsonNode> list(String path) {
    JsonNode root = JsonMapper.shared().readTree(said("GET", path, ""));
    return StreamSupport.stream(root.spliterator(), false).toList();
  }

  private String said(String method, String path, String body) {
    return said(
        HttpRequest.newBuilder(address.resolve(path))
            .method(method, BodyPublishers.ofString(body)));
  }

  private String said(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", answer.request(), answer.body())
          .isLessThan(300);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
