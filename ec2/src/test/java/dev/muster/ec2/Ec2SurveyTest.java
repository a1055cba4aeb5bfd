package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.ec2.Ec2Facts.SubnetFacts;
import dev.muster.ec2.Ec2Survey.Endpoint;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

/** What a look at the stand-in's account tells. */
@SuppressWarnings("NullAway.Init")
class Ec2SurveyTest {

  @RegisterExtension
  static final StandIn aws = new StandIn();

  private Ec2Survey survey;

  @BeforeEach
  void open() {
    survey = aws.survey();
  }

  @AfterEach
  void close() {
    survey.close();
  }

  @Test
  void it_tells_where_instances_would_go_and_as_what() {
    // Of which t2 tells that it runs i386, too, and that first.
    Ec2Facts facts = survey.facts(Orders.of(3, "c7g.large", "t2.large"), Map.of(),
        Extras.NONE);

    assertThat(facts.caller()).startsWith("arn:aws:");
    assertThat(facts.subnets().value().orElseThrow()).isNotEmpty()
        .allMatch(each -> each.free() > 1_000 && each.network().contains("/"));
    assertThat(facts.images().keySet()).containsExactlyInAnyOrder("arm64", "x86_64");
    assertThat(facts.images().values()).allMatch(
        image -> image.value().orElseThrow().startsWith("ami-"));
    Set<String> zones = Set.copyOf(
        facts.subnets().value().orElseThrow().stream().map(SubnetFacts::zone).toList());
    assertThat(facts.types().value().orElseThrow()).hasSize(2).allSatisfy(type -> {
      assertThat(type.vcpus()).isEqualTo(2);
      assertThat(type.zones().orElseThrow()).containsAnyElementsOf(zones);
    });
  }

  @Test
  void a_type_that_there_is_not_is_not_among_them() {
    Ec2Facts facts = survey.facts(Orders.of(1, "c7i.large", "x9.metal"), Map.of(),
        Extras.NONE);

    assertThat(facts.types().value().orElseThrow()).singleElement()
        .matches(type -> type.name().equals("c7i.large"));
  }

  @Test
  void a_subnet_that_there_is_not_is_told_as_a_problem_and_the_rest_is_looked_at() {
    var order = new FleetOrder(
        "test", 1, false, List.of("c7i.large"), false,
        new FleetOrder.Given(
            Optional.of("subnet-0123456789abcdef0"), Optional.empty(), Optional.empty()),
        Orders.SETUP.ttl());

    Ec2Facts facts = survey.facts(order, Map.of(), Extras.NONE);

    assertThat(facts.subnets().problem()).contains("InvalidSubnetID.NotFound");
    assertThat(facts.images()).isNotEmpty();
  }

  @Test
  void of_the_quota_is_told_what_runs_of_it() {
    aws.put("quotas", "{\"L-1216C47A\": 64, \"L-34B43A08\": 32}");
    try (Ec2Fleet fleet = aws.fleet()) {
      var _ = fleet.launch(Orders.of(3, "c7i.xlarge"), Orders.SETUP);
    }

    assertThat(survey.facts(Orders.of(1, "c7i.large"), Map.of(), Extras.NONE)
        .quota()
        .orElseThrow())
        .isEqualTo(Answer.of(new VcpuQuota("L-1216C47A", 64, 12)));
    assertThat(survey.facts(Orders.spot(1, "c7i.large"), Map.of(), Extras.NONE)
        .quota()
        .orElseThrow())
        .isEqualTo(Answer.of(new VcpuQuota("L-34B43A08", 32, 0)));
  }

  @Test
  void types_of_other_families_count_for_quotas_that_are_not_looked_at() {
    assertThat(VcpuQuota.counts("c7g.large")).isTrue();
    assertThat(VcpuQuota.counts("i4i.large")).isTrue();
    assertThat(VcpuQuota.counts("p5.48xlarge")).isFalse();
    assertThat(VcpuQuota.counts("inf2.xlarge")).isFalse();
    assertThat(VcpuQuota.counts("trn1.2xlarge")).isFalse();
  }

  @Test
  void whether_a_coordinator_among_the_instances_lets_workers_in_is_told() {
    try (Ec2Client ec2 = aws.ec2()) {
      Instance instance = coordinator(ec2);
      var to = new Endpoint(instance.privateIpAddress(), 7_400);

      assertThat(way(to)).isEqualTo(Ingress.Verdict.NO);

      ec2.authorizeSecurityGroupIngress(
          request -> request.groupId(instance.securityGroups().getFirst().groupId())
              .ipProtocol("tcp")
              .fromPort(7_400)
              .toPort(7_400)
              .cidrIp("172.31.0.0/16"));

      assertThat(way(to)).isEqualTo(Ingress.Verdict.YES);
      assertThat(way(new Endpoint(instance.privateIpAddress(), 7_401)))
          .isEqualTo(Ingress.Verdict.NO);
    }
  }

  @Test
  void so_it_is_by_the_group_of_a_fleet_that_is_there() {
    try (Ec2Client ec2 = aws.ec2(); Ec2Fleet fleet = aws.fleet()) {
      Instance instance = coordinator(ec2);
      var _ = fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);
      String workers = fleet.leftovers("test").securityGroups().getFirst();
      ec2.authorizeSecurityGroupIngress(
          request -> request.groupId(instance.securityGroups().getFirst().groupId())
              .ipPermissions(
                  IpPermission.builder()
                      .ipProtocol("tcp")
                      .fromPort(7_400)
                      .toPort(7_400)
                      .userIdGroupPairs(UserIdGroupPair.builder().groupId(workers).build())
                      .build()));

      assertThat(way(new Endpoint(instance.privateIpAddress(), 7_400)))
          .isEqualTo(Ingress.Verdict.YES);
    }
  }

  @Test
  void whether_a_group_lets_workers_out_to_a_coordinator_anywhere_is_told() {
    String group = aws.securityGroup(Optional.empty());
    var to = new Endpoint("192.0.2.7", 7_400);
    assertThat(wayFrom(group, to)).isEqualTo(new Way.Outside("192.0.2.7"));
    try (Ec2Client ec2 = aws.ec2()) {
      keepIn(ec2, group);
      assertThat(wayFrom(group, to)).isEqualTo(new Way.KeptIn(group, "192.0.2.7", 7_400));

      Instance instance = coordinator(ec2);
      var near = new Endpoint(instance.privateIpAddress(), 7_400);
      assertThat(wayFrom(group, near)).isInstanceOf(Way.KeptIn.class);
      letOut(
          ec2, group,
          permission -> permission.userIdGroupPairs(
              UserIdGroupPair.builder()
                  .groupId(instance.securityGroups().getFirst().groupId())
                  .build()));
      assertThat(wayFrom(group, near)).isInstanceOf(Way.Direct.class);
      assertThat(wayFrom(group, to)).isInstanceOf(Way.KeptIn.class);
    }
  }

  @Test
  void each_of_what_workers_have_to_reach_is_looked_at() {
    String group = aws.securityGroup(Optional.empty());
    try (Ec2Client ec2 = aws.ec2()) {
      keepIn(ec2, group);
      letOut(
          ec2, group,
          permission -> permission.ipRanges(IpRange.builder().cidrIp("192.0.2.7/32").build()));
    }
    Ec2Facts facts = survey.facts(
        in(group),
        Map.of(
            "coordinator", new Endpoint("192.0.2.7", 7_400), "distribution",
            new Endpoint("192.0.2.7", 7_401)),
        Extras.NONE);

    assertThat(facts.ways()).containsOnly(
        Map.entry("coordinator", Answer.of(new Way.Outside("192.0.2.7"))),
        Map.entry("distribution", Answer.of(new Way.KeptIn(group, "192.0.2.7", 7_401))));
  }

  @Test
  void a_group_that_there_is_not_is_told() {
    assertThat(wayFrom("sg-0123456789abcdef0", new Endpoint("192.0.2.7", 7_400)))
        .isEqualTo(new Way.NoGroup("sg-0123456789abcdef0"));
  }

  @Test
  void a_coordinator_elsewhere_is_told_to_be_there() {
    Answer<Way> way = survey.facts(
        Orders.of(1, "c7i.large"), Map.of("coordinator", new Endpoint("192.0.2.7", 7_400)),
        Extras.NONE)
        .ways()
        .values()
        .iterator()
        .next();

    assertThat(way).isEqualTo(Answer.of(new Way.Outside("192.0.2.7")));
  }

  @Test
  void what_is_at_s3_is_told_and_whether_the_bucket_can_be_reached() {
    aws.put("shelf", "c7i", "archive");

    assertThat(found("s3://shelf/c7i")).isEqualTo(Answer.of(S3Object.Found.THERE));
    assertThat(found("s3://shelf/other")).isEqualTo(Answer.of(S3Object.Found.NOT_YET));
    assertThat(found("s3://nobodys/c7i")).isEqualTo(Answer.of(S3Object.Found.NO_BUCKET));
    aws.failing("GetObject", "PermanentRedirect", 301, 1);
    assertThat(found("s3://shelf/c7i")).isEqualTo(Answer.of(S3Object.Found.ELSEWHERE));
    aws.failing("GetObject", "AccessDenied", 403, 1);
    assertThat(found("s3://shelf/c7i").problem()).contains("look at s3://shelf/c7i: AccessDenied");
  }

  private Answer<S3Object.Found> found(String object) {
    return survey.facts(
        Orders.of(1, "c7i.large"), Map.of(),
        new Extras(Optional.of(S3Object.of(URI.create(object))), Optional.empty()))
        .object()
        .orElseThrow();
  }

  @Test
  void a_look_at_s3_writes_nothing() {
    aws.put("shelf", "theirs", "archive");
    aws.forgetCalls();

    var _ = found("s3://shelf/ours");

    assertThat(aws.calls("PutObject")).isEmpty();
    assertThat(aws.calls("UploadPart")).singleElement()
        .satisfies(call -> assertThat(call.path("status").asInt()).isEqualTo(404));
    assertThat(found("s3://shelf/ours")).isEqualTo(Answer.of(S3Object.Found.NOT_YET));
  }

  @Test
  void who_is_not_known_is_told_so_at_once() {
    aws.failing("GetCallerIdentity", "InvalidClientTokenId", 403, -1);

    assertThatExceptionOfType(Ec2Problem.class)
        .isThrownBy(() -> survey.facts(Orders.of(1, "c7i.large"), Map.of(), Extras.NONE))
        .withMessageContaining("Cannot ask AWS who calls: InvalidClientTokenId")
        .withMessageContaining("AWS_PROFILE");
  }

  private Ingress.Verdict way(Endpoint to) {
    Answer<Way> way = survey
        .facts(Orders.of(1, "c7i.large"), Map.of("coordinator", to), Extras.NONE)
        .ways()
        .values()
        .iterator()
        .next();
    assertThat(way.value().orElseThrow()).isInstanceOf(Way.Direct.class);
    return ((Way.Direct) way.value().orElseThrow()).verdict();
  }

  /** From now on the members of a group reach nothing. */
  private static void keepIn(Ec2Client ec2, String group) {
    ec2.revokeSecurityGroupEgress(
        request -> request.groupId(group)
            .ipPermissions(
                IpPermission.builder()
                    .ipProtocol("-1")
                    .ipRanges(IpRange.builder().cidrIp("0.0.0.0/0").build())
                    .build()));
  }

  /** The members of a group reach port 7400 of these. */
  private static void letOut(
      Ec2Client ec2, String group, UnaryOperator<IpPermission.Builder> whom) {
    IpPermission.Builder permission = IpPermission.builder()
        .ipProtocol("tcp")
        .fromPort(7_400)
        .toPort(7_400);
    ec2.authorizeSecurityGroupEgress(
        request -> request.groupId(group).ipPermissions(whom.apply(permission).build()));
  }

  private static FleetOrder in(String group) {
    return new FleetOrder(
        "test", 1, false, List.of("c7i.large"), false,
        new FleetOrder.Given(Optional.empty(), Optional.of(group), Optional.empty()),
        Orders.SETUP.ttl());
  }

  private Way wayFrom(String group, Endpoint to) {
    return survey.facts(in(group), Map.of("coordinator", to), Extras.NONE)
        .ways()
        .values()
        .iterator()
        .next()
        .value()
        .orElseThrow();
  }

  private Instance coordinator(Ec2Client ec2) {
    String image = survey.facts(Orders.of(1, "c7i.large"), Map.of(), Extras.NONE)
        .images()
        .values()
        .iterator()
        .next()
        .value()
        .orElseThrow();
    return ec2.runInstances(
        request -> request.minCount(1)
            .maxCount(1)
            .imageId(image)
            .instanceType(InstanceType.C7_I_LARGE))
        .instances()
        .getFirst();
  }
}
