package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.ec2.Permission.Use;
import dev.muster.ec2.Permission.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import tools.jackson.databind.JsonNode;

/** What is called, what is listed, and what is allowed are the same. */
@SuppressWarnings("NullAway.Init")
class LeastPrivilegeTest {

  private static final URI OBJECT = URI.create("s3://shelf/a/muster.tar.gz");
  private static final Extras EXTRAS = new Extras(
      Optional.of(S3Object.of(OBJECT)), Optional.of(Extras.Profile.of("machines")));
  private static final String POLICY = Policy.text("us-east-1", EXTRAS);

  @RegisterExtension
  static final StandIn aws = new StandIn();

  @TempDir
  private static Path folder = Path.of("");

  @BeforeEach
  void prepare() {
    aws.createBucket("shelf");
    var _ = aws.profile("machines");
    aws.forgetCalls();
  }

  @Test
  void every_action_that_is_called_is_listed_and_every_one_listed_is_called() {
    liveAsAll(aws.anybody());

    Set<String> called = aws.calls()
        .stream()
        .filter(call -> !isDry(call))
        .map(LeastPrivilegeTest::action)
        .map(call -> NEEDS.getOrDefault(call, call))
        .collect(Collectors.toSet());
    assertThat(called).containsExactlyInAnyOrderElementsOf(
        listed().filter(each -> !ALONG.contains(each)).toList());
  }

  /** What AWS wants to be allowed for another action, and is therefore never called outside a dry run. */
  private static final Set<String> ALONG = Set.of(
      "ec2:RunInstances", "ec2:CreateTags", "iam:CreateServiceLinkedRole", "iam:PassRole");

  /** What has to be allowed for calls of S3 that are not called as that. */
  private static final Map<String, String> NEEDS = Map.of(
      "s3:HeadObject", "s3:GetObject", "s3:UploadPart", "s3:PutObject");

  @Test
  void a_look_at_the_account_changes_nothing() {
    try (Ec2Survey survey = aws.survey()) {
      var _ = survey.facts(Orders.of(1, "c7i.large"), Map.of(), EXTRAS);
    }

    assertThat(
        aws.calls()
            .stream()
            .filter(call -> !isDry(call))
            // A part of an upload that there is not: S3's next to a dry run.
            .filter(
                call -> !action(call).equals("s3:UploadPart") || call.path("status").asInt() != 404)
            .map(call -> call.path("action").asString()))
        .isNotEmpty()
        .allMatch(each -> each.matches("(Get|Describe).*"));
  }

  @Test
  void who_has_exactly_the_policy_can_do_everything() {
    AwsCredentialsProvider operator = aws.whoMay(POLICY);

    liveAsAll(operator);

    try (Ec2Fleet fleet = aws.fleet(operator, InstantSource.system());
        Ec2Survey survey = aws.survey(operator)) {
      var _ = fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);
      assertThat(survey.facts(Orders.of(1, "c7i.large"), Map.of(), EXTRAS).permissions())
          .isNotEmpty()
          .allMatch(each -> each.verdict() == Verdict.ALLOWED);
    }
  }

  @Test
  void who_has_the_policy_cannot_end_what_has_no_tag_of_a_fleet() {
    String id;
    try (Ec2Client ec2 = aws.ec2(); Ec2Survey survey = aws.survey()) {
      String image = survey.facts(Orders.of(1, "c7i.large"), Map.of(), EXTRAS)
          .images()
          .values()
          .iterator()
          .next()
          .value()
          .orElseThrow();
      id = ec2.runInstances(
          request -> request.minCount(1)
              .maxCount(1)
              .imageId(image)
              .instanceType(InstanceType.C7_I_LARGE))
          .instances()
          .getFirst()
          .instanceId();
    }
    try (Ec2Fleet fleet = aws.fleet(
        aws.whoMay(POLICY), InstantSource.system())) {
      assertThatExceptionOfType(Ec2Problem.class)
          .isThrownBy(() -> fleet.terminate(List.of(id)))
          .withMessageContaining("ec2:TerminateInstances");
    }
    assertThat(aws.instances()).noneMatch(
        each -> each.path("state").asString().equals("terminated"));
  }

  @Test
  void who_has_the_policy_cannot_write_beside_the_object_nor_pass_another_role() {
    AwsCredentialsProvider operator = aws.whoMay(
        Policy.text(
            "us-east-1", new Extras(
                Optional.of(new S3Object("shelf", "another")),
                Optional.of(Extras.Profile.of("others")))));

    assertThatExceptionOfType(Ec2Problem.class).isThrownBy(() -> putAndFetch(operator))
        .withMessageContaining("s3:PutObject");
    try (Ec2Fleet fleet = aws.fleet(operator, InstantSource.system())) {
      assertThatExceptionOfType(Ec2Problem.class)
          .isThrownBy(
              () -> fleet.launch(
                  Orders.with(
                      new FleetOrder.Given(
                          Optional.empty(), Optional.empty(), Optional.of("machines"))),
                  Orders.SETUP))
          .withMessageContaining("iam:PassRole")
          .withMessageContaining("role/machines");
    }
  }

  static Stream<String> listed() {
    return AwsAction.all(EXTRAS).stream().map(AwsAction::id);
  }

  @ParameterizedTest
  @MethodSource("listed")
  void what_the_policy_lacks_is_named_by_the_doctor_and_by_the_command_that_needs_it(String id) {
    AwsAction lacking = AwsAction.all(EXTRAS)
        .stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow();
    assumeTrue(
        !lacking.grants().isEmpty() && !id.equals("iam:CreateServiceLinkedRole"),
        "everybody may, or it cannot be asked for");
    // While a fleet is there, so that nothing is in doubt.
    try (Ec2Fleet fleet = aws.fleet()) {
      var _ = fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);
    }
    AwsCredentialsProvider operator = aws.whoMay(
        Policy.allowing(
            AwsAction.all(EXTRAS).stream().filter(each -> !each.id().equals(id)).toList(),
            "us-east-1"));

    try (Ec2Survey survey = aws.survey(operator)) {
      List<String> missing = survey.facts(Orders.of(1, "c7i.large"), Map.of(), EXTRAS)
          .permissions()
          .stream()
          .filter(each -> each.verdict() == Verdict.MISSING)
          .map(Permission::action)
          .toList();
      assertThat(missing).as("by the doctor").contains(id);
    }
    if (lacking.uses().equals(Set.of(Use.DOCTOR))) {
      return;
    }
    assertThatExceptionOfType(Ec2Problem.class).as("by the command")
        .isThrownBy(() -> liveAs(operator))
        .withMessageStartingWith("Cannot ")
        .withMessageContaining(id)
        .withMessageContaining("muster doctor --ec2");
  }

  private static void liveAsAll(AwsCredentialsProvider who) {
    liveAs(who);
    try (Ec2Survey survey = aws.survey(who)) {
      Ec2Facts facts = survey.facts(Orders.spot(1, "c7i.large"), Map.of(), EXTRAS);
      assertThat(facts.quota().orElseThrow().problem()).isEmpty();
    }
  }

  /** A fleet from its launch to its end, and all that may be done with it between. */
  private static void liveAs(AwsCredentialsProvider who) {
    putAndFetch(who);
    InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofHours(3));
    try (Ec2Fleet fleet = aws.fleet(who, InstantSource.system());
        Ec2Fleet reaper = aws.fleet(who, later);
        PriceList prices = aws.prices(who, InstantSource.system())) {
      // On top of one that was ended by itself: so the launch template is there.
      String first = fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched().getFirst();
      var _ = fleet.console(first);
      fleet.terminate(List.of(first));
      var _ = fleet.launch(Orders.of(3, "c7i.large"), Orders.SETUP);
      var _ = fleet.launch(
          Orders.with(
              new FleetOrder.Given(
                  Optional.empty(), Optional.empty(), Optional.of("machines")))
              .of(4),
          Orders.SETUP);
      var _ = reaper.reap();
      assertThat(fleet.end("test").all()).isEmpty();
      var _ = fleet.launch(Orders.spot(1, "c7i.large"), Orders.SETUP);
      var taken = fleet.instances("test").getLast();
      assertThat(fleet.spotPrices(List.of(taken)).now("c7i.large")).isPresent();
      assertThat(fleet.replace(taken, "muster1-abc", before -> before)).isPresent();
      assertThat(fleet.end("test").all()).isEmpty();
      assertThat(prices.of(List.of("us-east-1")).regions()).isNotEmpty();
    }
  }

  private static void putAndFetch(AwsCredentialsProvider who) {
    try (DistributionBucket bucket = aws.bucket(who)) {
      Path archive = Files.writeString(folder.resolve("archive"), "archive");
      Distribution held = bucket.hold(
          OBJECT, archive,
          HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive))),
          Duration.ofMinutes(15));
      assertThat(aws.fetched(held.address())).asString().isEqualTo("archive");
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isDry(JsonNode call) {
    return call.path("parameters").path("DryRun").asString("").equals("true");
  }

  private static String action(JsonNode call) {
    return call.path("service").asString() + ":" + call.path("action").asString();
  }
}
