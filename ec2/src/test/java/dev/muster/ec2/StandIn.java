package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
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
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What stands in for AWS: build/cloud/standin.py, in one process for all tests; see README.md there. Each test finds
 * a fresh world; where the stand-in is not installed, all are skipped.
 */
@SuppressWarnings("NullAway.Init")
final class StandIn implements BeforeAllCallback, BeforeEachCallback {

  /** Maven runs tests in the folder of their module. */
  private static final String SCRIPT = "../build/cloud/standin.py";

  private static final StaticCredentialsProvider SOMEBODY = StaticCredentialsProvider.create(
      AwsBasicCredentials.create("somebody", "secret"));

  private final HttpClient http = HttpClient.newHttpClient();
  private URI address;

  @Override
  public void beforeAll(ExtensionContext context) {
    address = context.getRoot()
        .getStore(ExtensionContext.Namespace.create(StandIn.class))
        .computeIfAbsent(Running.class, _ -> Running.start(), Running.class)
        .address();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    reset();
  }

  /** Its process, which ends with the last test. */
  private record Running(Process process, URI address) implements AutoCloseable {

    static Running start() {
      String folder = System.getenv().getOrDefault("MUSTER_CLOUD", "");
      Path python = Path.of(folder, "venv", "bin", "python");
      String needs = "EC2's stand-in is needed: build/cloud/install DIR, and MUSTER_CLOUD=DIR";
      if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
        assertThat(python).as(needs).exists();
      }
      assumeTrue(!folder.isEmpty() && Files.exists(python), needs);
      try {
        Process process = new ProcessBuilder(python.toString(), SCRIPT, "--port", "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).as("its first line").startsWith("listening on ");
        String port = line.substring("listening on ".length());
        return new Running(process, URI.create("http://127.0.0.1:" + port));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
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
    return fleet(SOMEBODY, clock);
  }

  /** Fleets of whoever has these credentials. */
  Ec2Fleet fleet(AwsCredentialsProvider who, InstantSource clock) {
    return new Ec2Fleet(
        Region.US_EAST_1.id(), called(Ec2Client.builder(), who), called(SsmClient.builder(), who),
        clock);
  }

  /** Fleets of somebody whose end comes with some call. */
  Ec2Fleet fleet(InstantSource clock, Mortal mortal) {
    ClientOverrideConfiguration how = ClientOverrideConfiguration.builder()
        .addExecutionInterceptor(mortal)
        .build();
    return new Ec2Fleet(
        Region.US_EAST_1.id(),
        called(Ec2Client.builder().overrideConfiguration(how), SOMEBODY),
        called(SsmClient.builder().overrideConfiguration(how), SOMEBODY), clock);
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

  /** Makes an instance profile of this name with a role that is called the same, and returns its ARN. */
  String profile(String name) {
    String made = iam("CreateInstanceProfile", "&InstanceProfileName=" + name);
    var _ = iam("CreateRole", "&AssumeRolePolicyDocument=%7B%7D&RoleName=" + name);
    var _ = iam(
        "AddRoleToInstanceProfile", "&InstanceProfileName=" + name + "&RoleName=" + name);
    return made.replaceAll("(?s).*<Arn>(.*)</Arn>.*", "$1");
  }

  /** S3 as somebody reaches it, with a bucket of this name. */
  DistributionBucket bucket(String name) {
    createBucket(name);
    return bucket(SOMEBODY);
  }

  /** S3 as whoever has these credentials reaches it. */
  DistributionBucket bucket(AwsCredentialsProvider who) {
    return new DistributionBucket(
        called(S3Client.builder(), who),
        S3Presigner.builder()
            .endpointOverride(address)
            .region(Region.US_EAST_1)
            .credentialsProvider(who)
            .build());
  }

  /** Makes a bucket of somebody's. */
  void createBucket(String name) {
    try (S3Client s3 = called(S3Client.builder(), SOMEBODY)) {
      var _ = s3.createBucket(request -> request.bucket(name));
    }
  }

  /** Makes a bucket of somebody's with an object in it. */
  void put(String bucket, String key, String content) {
    createBucket(bucket);
    try (S3Client s3 = called(S3Client.builder(), SOMEBODY)) {
      var _ = s3.putObject(
          request -> request.bucket(bucket).key(key), RequestBody.fromString(content));
    }
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

  /** EC2 itself. */
  Ec2Client ec2() {
    return called(Ec2Client.builder(), SOMEBODY);
  }

  Ec2Survey survey() {
    return survey(SOMEBODY);
  }

  /** A look at the account by whoever has these credentials. */
  Ec2Survey survey(AwsCredentialsProvider who) {
    return new Ec2Survey(
        new Account(
            Region.US_EAST_1.id(), called(Ec2Client.builder(), who),
            called(SsmClient.builder(), who), called(StsClient.builder(), who),
            called(ServiceQuotasClient.builder(), who), called(PricingClient.builder(), who),
            called(S3Client.builder(), who)));
  }

  /** Credentials that may do everything. */
  AwsCredentialsProvider anybody() {
    return SOMEBODY;
  }

  PriceList prices() {
    return prices(SOMEBODY, InstantSource.system());
  }

  /** Prices as whoever has these credentials is told them. */
  PriceList prices(AwsCredentialsProvider who, InstantSource clock) {
    return new PriceList(called(PricingClient.builder(), who), clock);
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C called(
      B builder, AwsCredentialsProvider who) {
    return builder.endpointOverride(address)
        .region(Region.US_EAST_1)
        .credentialsProvider(who)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  /** The credentials of one who may do what this policy allows; from now on policies decide. */
  AwsCredentialsProvider whoMay(String policy) {
    var _ = iam("CreateUser", "");
    var _ = iam(
        "PutUserPolicy",
        "&PolicyName=own&PolicyDocument=" + URLEncoder.encode(policy, StandardCharsets.UTF_8));
    String key = iam("CreateAccessKey", "");
    var _ = said("POST", "/moto-api/reset-auth", "0");
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(in(key, "AccessKeyId"), in(key, "SecretAccessKey")));
  }

  private String iam(String action, String parameters) {
    return said(
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            // Nobody looks at it but to see which service is meant.
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=root/20260102/us-east-1/iam/aws4_request, "
                    + "SignedHeaders=host, Signature=none")
            .POST(
                BodyPublishers.ofString(
                    "Version=2010-05-08&UserName=operator&Action=" + action + parameters))
            .build());
  }

  private static String in(String xml, String element) {
    return xml.substring(
        xml.indexOf("<" + element + ">") + element.length() + 2,
        xml.indexOf("</" + element + ">"));
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

  /** All calls so far. */
  List<JsonNode> calls() {
    return list("/standin/calls");
  }

  /** All calls of an action. */
  List<JsonNode> calls(String action) {
    return list("/standin/calls").stream()
        .filter(call -> call.path("action").asString().equals(action))
        .toList();
  }

  /** Begins to note calls anew. */
  void forgetCalls() {
    var _ = said("DELETE", "/standin/calls", "");
  }

  private List<JsonNode> list(String path) {
    JsonNode root = JsonMapper.shared().readTree(said("GET", path, ""));
    return StreamSupport.stream(root.spliterator(), false).toList();
  }

  private String said(String method, String path, String body) {
    return said(
        HttpRequest.newBuilder(address.resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  private String said(HttpRequest request) {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", request, answer.body()).isLessThan(300);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
