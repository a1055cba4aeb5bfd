package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.deploy.spawn.Launch;
import dev.muster.ec2.FleetOrder.Given;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Fleets at EC2's stand-in. */
@SuppressWarnings("NullAway.Init")
class Ec2FleetTest {

  @RegisterExtension
  static final StandIn aws = new StandIn();

  private Ec2Fleet fleet;

  @BeforeEach
  void open() {
    fleet = aws.fleet();
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void it_launches_what_was_ordered_each_as_a_machine_that_ends_by_itself() {
    Launch launch = fleet.launch(Orders.of(3, "c7i.large"), Orders.SETUP);

    assertThat(launch.launched()).hasSize(3);
    assertThat(launch.missing()).isEmpty();
    assertThat(aws.instances()).hasSize(3).allSatisfy(each -> {
      assertThat(each.path("type").asString()).isEqualTo("c7i.large");
      assertThat(each.path("shutdownBehavior").asString()).isEqualTo("terminate");
      assertThat(each.path("httpTokens").asString()).isEqualTo("required");
      assertThat(each.path("userData").asString()).startsWith(Orders.SETUP.script());
      assertThat(each.path("tags").path(FleetTags.FLEET).asString()).isEqualTo("test");
      assertThat(Instant.parse(each.path("tags").path(FleetTags.EXPIRES).asString()))
          .isBetween(
              Instant.now().plus(Duration.ofMinutes(115)),
              Instant.now().plus(Duration.ofMinutes(120)));
    });
    assertThat(aws.calls("CreateLaunchTemplate")).singleElement()
        .satisfies(
            call -> assertThat(call.path("parameters").toString().toLowerCase(Locale.ROOT))
                .contains("encrypted")
                .contains("gp3"));
  }

  @Test
  void they_may_do_nothing_at_aws_unless_a_profile_is_given_by_name_or_arn() {
    String arn = aws.profile("workers");

    assertThat(profileOfOne(Optional.empty())).isEmpty();
    assertThat(profileOfOne(Optional.of("workers"))).isEqualTo("workers");
    assertThat(profileOfOne(Optional.of(arn))).isEqualTo("workers");
  }

  private String profileOfOne(Optional<String> given) {
    fleet.launch(
        Orders.with(new Given(Optional.empty(), Optional.empty(), given)), Orders.SETUP);
    String profile = aws.instances().getLast().path("profile").asString("");
    fleet.end("test");
    return profile;
  }

  @Test
  void a_security_group_that_is_given_is_used_and_left_at_the_end() {
    String group = aws.securityGroup(Optional.empty());
    fleet.launch(
        Orders.with(new Given(Optional.empty(), Optional.of(group), Optional.empty())),
        Orders.SETUP);

    assertThat(aws.instances()).singleElement()
        .satisfies(
            each -> assertThat(each.path("groups").toString()).isEqualTo("[\"" + group + "\"]"));
    assertThat(fleet.end("test").isEmpty()).isTrue();
    assertThat(aws.calls("DeleteSecurityGroup")).isEmpty();
  }

  @Test
  void a_security_group_that_is_not_there_or_elsewhere_is_told_before_anything_is_created() {
    String elsewhere = aws.securityGroup(Optional.of("10.9.0.0/16"));
    for (String group : List.of("sg-00000000000000000", elsewhere)) {
      assertThatExceptionOfType(Ec2Problem.class)
          .isThrownBy(
              () -> fleet.launch(
                  Orders.with(new Given(Optional.empty(), Optional.of(group), Optional.empty())),
                  Orders.SETUP))
          .withMessageContaining("security group " + group)
          .withMessageContaining("--security-group");
    }
    assertThat(aws.calls("CreateLaunchTemplate")).isEmpty();
  }

  @Test
  void more_than_ec2_tells_an_instance_is_refused_with_a_way_out_before_anything_is_created() {
    WorkerSetup setup = Orders.SETUP;
    var tooLong = new WorkerSetup(
        setup.coordinator(), setup.token(), Collections.nCopies(600, "shop.example.com:443"),
        setup.distribution(), setup.ttl(), setup.bootWithin(), setup.orphanTimeout());

    assertThatExceptionOfType(Ec2Problem.class)
        .isThrownBy(() -> fleet.launch(Orders.of(1, "c7i.large"), tooLong))
        .withMessageContaining("16384")
        .withMessageContaining("a network instead");
    assertThat(aws.calls("CreateSecurityGroup")).isEmpty();
  }

  @Test
  void what_spot_instances_cost_is_asked_from_their_launch_on_and_of_no_others() {
    fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);
    assertThat(fleet.spotPrices(fleet.instances("test"))).isEqualTo(SpotPrices.NONE);
    assertThat(aws.calls("DescribeSpotPriceHistory")).isEmpty();

    fleet.end("test");
    fleet.launch(Orders.spot(1, "c7i.large"), Orders.SETUP);
    FleetInstance spot = fleet.instances("test").getLast();

    assertThat(fleet.spotPrices(fleet.instances("test"))
        .dearest("c7i.large", spot.zone(), spot.launched()))
        .hasValueSatisfying(hour -> assertThat(hour).isEqualByComparingTo("0.0357"));
  }

  @Test
  void to_say_the_same_again_launches_nothing_again() {
    List<String> first = fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched();

    assertThat(fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched())
        .containsExactlyInAnyOrderElementsOf(first);
    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void nor_does_it_where_ec2_does_not_tell_of_the_first_yet() {
    aws.put("lag", "{\"seconds\": 30}");
    List<String> first = fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched();

    assertThat(fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched())
        .containsExactlyInAnyOrderElementsOf(first);
    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void nor_where_it_is_said_again_some_seconds_later() {
    aws.put("lag", "{\"seconds\": 30}");
    Instant first = Instant.parse("2026-01-02T03:04:05Z");
    try (Ec2Fleet now = aws.fleet(InstantSource.fixed(first));
        Ec2Fleet later = aws.fleet(InstantSource.fixed(first.plusSeconds(5)))) {
      List<String> launched = now.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched();

      assertThat(later.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched())
          .containsExactlyInAnyOrderElementsOf(launched);
    }
    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void what_is_missing_is_launched_when_it_is_said_again() {
    List<String> first = fleet.launch(Orders.of(3, "c7i.large"), Orders.SETUP).launched();
    fleet.terminate(first.subList(0, 1));

    List<String> now = fleet.launch(Orders.of(3, "c7i.large"), Orders.SETUP).launched();

    assertThat(now).hasSize(3).containsAll(first.subList(1, 3)).doesNotContain(first.getFirst());
  }

  @Test
  void a_fleet_that_was_ended_can_be_launched_again() {
    fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP);
    fleet.end("test");

    assertThat(fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched()).hasSize(2);
    assertThat(aws.instances()).hasSize(4);
  }

  @Test
  void types_are_taken_in_turn_each_with_the_image_of_its_architecture() {
    aws.put("capacity", "{\"c7g.large\": 1}");

    Launch launch = fleet.launch(Orders.of(3, "c7g.large", "c7i.large"), Orders.SETUP);

    assertThat(launch.launched()).hasSize(3);
    assertThat(aws.instances()).extracting(each -> each.path("type").asString())
        .containsExactlyInAnyOrder("c7g.large", "c7i.large", "c7i.large");
  }

  @Test
  void a_type_that_also_runs_what_there_is_no_image_of_gets_the_one_that_there_is() {
    assertThat(fleet.launch(Orders.of(1, "t2.micro"), Orders.SETUP).launched()).hasSize(1);
  }

  @Test
  void of_spot_instances_it_is_known_that_they_are() {
    fleet.launch(Orders.spot(2, "c7i.large"), Orders.SETUP);

    assertThat(fleet.instances("test")).hasSize(2).allMatch(FleetInstance::spot);
  }

  @Test
  void as_many_as_there_are_come_and_why_there_are_no_more_is_said() {
    aws.put("capacity", "{\"c7i.large\": 2}");

    Launch launch = fleet.launch(Orders.of(5, "c7i.large"), Orders.SETUP);

    assertThat(launch.launched()).hasSize(2);
    assertThat(launch.missing()).isNotEmpty()
        .allMatch(why -> why.contains("InsufficientInstanceCapacity") && why.contains("--type"));
  }

  @Test
  void all_or_none_leaves_nothing_where_there_are_too_few() {
    aws.put("capacity", "{\"c7i.large\": 2}");

    assertThatExceptionOfType(Ec2Problem.class)
        .isThrownBy(() -> fleet.launch(Orders.allOf(5, "c7i.large"), Orders.SETUP))
        .withMessageContaining("InsufficientInstanceCapacity");
    assertThat(fleet.leftovers("test").all()).isEmpty();
  }

  @Test
  void a_fleet_that_is_ended_leaves_nothing_that_ec2_lists() {
    fleet.launch(Orders.of(3, "c7g.large", "c7i.large"), Orders.SETUP);
    assertThat(fleet.leftovers("test").instances()).hasSize(3);
    assertThat(fleet.leftovers("test").templates()).hasSize(2);
    assertThat(fleet.leftovers("test").securityGroups()).hasSize(1);

    assertThat(fleet.end("test").all()).isEmpty();

    assertThat(aws.instances()).allMatch(Ec2FleetTest::hasEnded);
    assertThat(fleet.leftovers("test").isEmpty()).isTrue();
  }

  @Test
  void a_security_group_that_is_in_use_for_a_while_is_waited_for() {
    fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);
    aws.failing("DeleteSecurityGroup", "DependencyViolation", 400, 2);

    assertThat(fleet.end("test").all()).isEmpty();
  }

  @Test
  void another_fleet_is_left_alone() {
    fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);

    assertThat(fleet.end("other").isEmpty()).isTrue();
    assertThat(fleet.instances("test")).singleElement().matches(FleetInstance::isAlive);
  }

  @Test
  void those_whose_time_is_over_are_reaped_by_whoever_comes_by() {
    fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP);
    assertThat(fleet.reap()).isEmpty();

    try (Ec2Fleet later = aws.fleet(
        InstantSource.offset(InstantSource.system(), Duration.ofMinutes(121)))) {
      assertThat(later.reap()).hasSize(2);
      assertThat(later.reap()).isEmpty();
    }
    assertThat(aws.instances()).allMatch(Ec2FleetTest::hasEnded);
  }

  @Test
  void what_was_created_for_a_fleet_goes_with_the_last_of_it_when_its_time_is_over() {
    fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP);
    fleet.reap();
    assertThat(fleet.leftovers("test").templates()).hasSize(1);

    try (Ec2Fleet later = aws.fleet(
        InstantSource.offset(InstantSource.system(), Duration.ofMinutes(121)))) {
      later.reap();
      later.reap();
    }
    assertThat(fleet.leftovers("test").templates()).isEmpty();
    assertThat(fleet.leftovers("test").securityGroups()).isEmpty();
  }

  @Test
  void an_instance_that_ec2_knows_no_more_does_not_keep_others_from_being_ended() {
    String id = fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP).launched().getFirst();

    fleet.terminate(List.of("i-0123456789abcdef0", id));

    assertThat(aws.instances()).allMatch(Ec2FleetTest::hasEnded);
  }

  /** What the one who typed it can do stands in the sentence. */
  @ParameterizedTest
  @CsvSource({
      "DescribeSubnets, UnauthorizedOperation, 403, may not do that",
      "DescribeInstanceTypes, InvalidInstanceType, 400, no such type",
      "CreateSecurityGroup, UnauthorizedOperation, 403, may not do that",
      "GetParameter, AccessDenied, 403, may not do that",
      "CreateLaunchTemplate, RequestLimitExceeded, 503, in a minute",
      "CreateFleet, VcpuLimitExceeded, 400, Service Quotas",
      "CreateFleet, MaxSpotFleetRequestCountExceeded, 400, Service Quotas",
      "CreateFleet, InvalidParameterValue, 400, refuses what it is told",
      "CreateSecurityGroup, SecurityGroupLimitExceeded, 400, Service Quotas",
      "CreateFleet, InstanceLimitExceeded, 400, Service Quotas",
      "CreateFleet, RequestExpired, 400, have expired",
      "CreateFleet, InvalidAMIID.NotFound, 400, not in this region",
      "DescribeInstances, AuthFailure, 401, log in"})
  void every_error_of_ec2_is_a_sentence_that_says_what_to_do(
      String action, String code, int http, String advice) {
    aws.failing(action, code, http, -1);

    assertThatExceptionOfType(Ec2Problem.class)
        .isThrownBy(() -> fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP))
        .withMessageStartingWith("Cannot ")
        .withMessageContaining(code)
        .withMessageContaining(advice);

    aws.heal();
    assertThat(aws.instances()).isEmpty();
    assertThat(fleet.leftovers("test").all()).as("nothing is left of what failed").isEmpty();
  }

  @Test
  void throttling_that_passes_is_not_noticed() {
    aws.failing("CreateFleet", "RequestLimitExceeded", 503, 2);
    aws.failing("DescribeSubnets", "InternalError", 500, 1);

    assertThat(fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched()).hasSize(2);
    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void the_console_is_read_of_instances_of_all_kinds() {
    String id = fleet.launch(Orders.of(1, "c7i.large"), Orders.SETUP).launched().getFirst();
    assertThat(fleet.console(id)).isEmpty();
    aws.put("console/" + id, "muster: has java");
    assertThat(fleet.console(id)).isEqualTo("muster: has java");

    aws.failing("GetConsoleOutput", "UnsupportedOperation", 400, 1);
    assertThat(fleet.console(id)).as("not built on Nitro").isEqualTo("muster: has java");
  }

  private static boolean hasEnded(JsonNode instance) {
    return instance.path("state").asString().equals("terminated");
  }
}
