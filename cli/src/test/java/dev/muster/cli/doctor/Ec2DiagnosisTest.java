package dev.muster.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.doctor.Finding.State;
import dev.muster.ec2.Answer;
import dev.muster.ec2.Ec2Facts;
import dev.muster.ec2.Ec2Facts.SubnetFacts;
import dev.muster.ec2.Ec2Facts.TypeFacts;
import dev.muster.ec2.FleetOrder;
import dev.muster.ec2.Ingress;
import dev.muster.ec2.Permission;
import dev.muster.ec2.Permission.Use;
import dev.muster.ec2.Permission.Verdict;
import dev.muster.ec2.S3Object;
import dev.muster.ec2.VcpuQuota;
import dev.muster.ec2.Way;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ec2DiagnosisTest {

  private static final Permission ALLOWED = permission(Verdict.ALLOWED, Use.SPAWN);
  private static final SubnetFacts SUBNET = new SubnetFacts(
      "subnet-1", "vpc-1", "us-east-1a", "10.0.0.0/24", 250);
  private static final TypeFacts LARGE = new TypeFacts(
      "c7g.large", "arm64", 2, Optional.of(Set.of("us-east-1a")));
  private static final TypeFacts XLARGE = new TypeFacts(
      "c7i.xlarge", "x86_64", 4, Optional.of(Set.of("us-east-1b")));

  @Test
  void a_good_account_stands_in_nobodys_way() {
    Diagnosis diagnosis = Ec2Diagnosis.of(good(), order(20, "c7g.large"));

    assertThat(diagnosis.findings()).allMatch(each -> each.state() == State.OK);
    assertThat(finding(diagnosis, "credentials").found()).contains(
        "arn:aws:iam::1:user/a", "us-east-1");
    assertThat(finding(diagnosis, "image").found()).contains("ami-1", "arm64");
    assertThat(finding(diagnosis, "subnets").found()).contains("subnet-1", "250", "20 instances");
    assertThat(finding(diagnosis, "quota").found()).contains("60 of 64 vCPUs", "40 are wanted");
  }

  @ParameterizedTest
  @CsvSource({"MISSING, SPAWN, FAIL", "MISSING, END, FAIL", "MISSING, DOCTOR, WARN",
      "MISSING, PRICES, WARN", "DOUBTFUL, SPAWN, WARN", "UNTOLD, SPAWN, WARN"})
  void a_permission_that_is_not_there_is_named_and_stands_in_the_way_where_it_is_needed(
      Verdict verdict, Use use, State state) {
    Diagnosis diagnosis = Ec2Diagnosis.of(
        with(List.of(ALLOWED, permission(verdict, use))), order(1, "c7g.large"));

    Finding finding = finding(diagnosis, "permission");
    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.found()).contains("ec2:RunInstances", "it launches them");
    assertThat(finding.advice()).isNotEmpty();
    assertThat(diagnosis.isAbout("permission")).isTrue();
  }

  @Test
  void what_can_be_asked_for_only_later_is_told_and_no_fault() {
    Diagnosis diagnosis = Ec2Diagnosis.of(
        with(List.of(permission(Verdict.LATER, Use.END))), order(1, "c7g.large"));

    assertThat(finding(diagnosis, "permissions").found()).contains(
        "ec2:RunInstances", "while a fleet is there");
    assertThat(diagnosis.isAbout("permission")).isFalse();
    assertThat(diagnosis.fails()).isFalse();
  }

  @Test
  void what_could_not_be_looked_at_is_said_with_the_reason() {
    Ec2Facts good = good();
    Diagnosis diagnosis = Ec2Diagnosis.of(
        new Ec2Facts(
            good.region(), good.caller(), good.permissions(), Answer.no("Cannot look.\n  Do this."),
            Answer.no("Cannot look."), Map.of("arm64", Answer.no("Cannot look.")),
            Optional.of(Answer.no("Cannot look.")),
            Map.of("coordinator", Answer.no("Cannot look.")),
            Optional.of(Answer.no("Cannot look."))),
        order(1, "c7g.large"));

    for (String about : List.of("subnets", "types", "image", "quota", "coordinator", "bucket")) {
      assertThat(finding(diagnosis, about).state()).as(about).isEqualTo(State.WARN);
      assertThat(finding(diagnosis, about).found()).isEqualTo("not looked at. Cannot look.");
    }
    assertThat(finding(diagnosis, "subnets").advice()).isEqualTo("Do this.");
  }

  @Test
  void too_few_addresses_stand_in_the_way() {
    assertThat(finding(Ec2Diagnosis.of(good(), order(250, "c7g.large")), "subnets").state())
        .isEqualTo(State.OK);
    Finding finding = finding(Ec2Diagnosis.of(good(), order(251, "c7g.large")), "subnets");
    assertThat(finding.state()).isEqualTo(State.FAIL);
    assertThat(finding.advice()).contains("--subnet");
  }

  @Test
  void a_type_that_there_is_not_stands_in_the_way() {
    Finding finding = finding(Ec2Diagnosis.of(good(), order(1, "c7g.large", "x9.huge")), "types");

    assertThat(finding.state()).isEqualTo(State.FAIL);
    assertThat(finding.found()).contains("there is no x9.huge in us-east-1");
  }

  @Test
  void a_type_that_is_elsewhere_stands_in_the_way_unless_there_is_another() {
    Finding all = finding(
        Ec2Diagnosis.of(with(List.of(ALLOWED), XLARGE), order(1, "c7i.xlarge")), "types");
    assertThat(all.state()).isEqualTo(State.FAIL);
    assertThat(all.found()).contains("c7i.xlarge is not to be had in us-east-1a");

    Finding one = finding(
        Ec2Diagnosis.of(
            with(List.of(ALLOWED), LARGE, XLARGE), order(1, "c7g.large", "c7i.xlarge")),
        "types");
    assertThat(one.state()).isEqualTo(State.WARN);
  }

  @Test
  void a_quota_is_weighed_by_the_smallest_and_the_largest_type() {
    // 60 vCPUs are free.
    assertThat(quota(30).state()).isEqualTo(State.WARN);
    assertThat(quota(30).found()).contains("60 to 120 are wanted");
    assertThat(quota(31).state()).isEqualTo(State.FAIL);
    assertThat(quota(15).state()).isEqualTo(State.OK);
    assertThat(quota(31).advice()).contains("L-1216C47A");
  }

  private static Finding quota(int count) {
    return finding(
        Ec2Diagnosis.of(
            with(List.of(ALLOWED), LARGE, XLARGE), order(count, "c7g.large", "c7i.xlarge")),
        "quota");
  }

  @Test
  void of_types_with_quotas_of_their_own_it_is_said_that_nobody_looked() {
    Ec2Facts good = good();
    Finding finding = finding(
        Ec2Diagnosis.of(
            new Ec2Facts(
                good.region(), good.caller(), good.permissions(), good.subnets(), good.types(),
                good.images(), Optional.empty(), Map.of(), Optional.empty()),
            order(1, "c7g.large")),
        "quota");

    assertThat(finding.state()).isEqualTo(State.WARN);
    assertThat(finding.found()).contains("not looked at");
  }

  @Test
  void the_way_to_the_coordinator_is_judged_where_it_can_be() {
    assertThat(way(direct(rule("10.0.0.0/8", false))).state()).isEqualTo(State.OK);
    assertThat(way(direct(rule("10.9.0.0/16", true))).state()).isEqualTo(State.WARN);
    Finding closed = way(direct(rule("10.9.0.0/16", false)));
    assertThat(closed.state()).isEqualTo(State.FAIL);
    assertThat(closed.found()).contains("i-1, port 7400", "10.0.0.0/24");
    assertThat(closed.advice()).contains("TCP 7400", "sg-1");
    assertThat(way(new Way.Apart("i-1", "vpc-2")).state()).isEqualTo(State.WARN);
    assertThat(way(new Way.Outside("192.0.2.7")).state()).isEqualTo(State.OK);
    assertThat(way(new Way.Outside("192.0.2.7")).found()).contains("cannot be told from here");
    assertThat(way(new Way.KeptIn("sg-1", "192.0.2.7", 7_400)))
        .returns(State.FAIL, Finding::state)
        .returns("no rule of sg-1 lets workers out to 192.0.2.7, port 7400", Finding::found);
    assertThat(way(new Way.NoGroup("sg-1")).state()).isEqualTo(State.FAIL);
  }

  private static Way direct(Ingress.Rule rule) {
    return new Way.Direct(
        "i-1", 7_400, new Ingress(List.of(rule)), List.of("10.0.0.0/24"), Optional.of("sg-1"));
  }

  private static Ingress.Rule rule(String network, boolean byList) {
    return new Ingress.Rule("tcp", 7_400, 7_400, List.of(network), List.of(), byList);
  }

  private static Finding way(Way way) {
    Ec2Facts good = good();
    return finding(
        Ec2Diagnosis.of(
            new Ec2Facts(
                good.region(), good.caller(), good.permissions(), good.subnets(), good.types(),
                good.images(), good.quota(), Map.of("coordinator", Answer.of(way)),
                Optional.empty()),
            order(1, "c7g.large")),
        "coordinator");
  }

  @ParameterizedTest
  @CsvSource({"THERE, OK, puts this in its place", "NOT_YET, OK, not there yet",
      "NO_BUCKET, FAIL, there is no bucket", "ELSEWHERE, FAIL, in another region than us-east-1"})
  void a_bucket_is_judged_by_what_is_found_in_it(
      S3Object.Found found, State state, String words) {
    Ec2Facts good = good();
    Finding finding = finding(
        Ec2Diagnosis.of(
            new Ec2Facts(
                good.region(), good.caller(), good.permissions(), good.subnets(), good.types(),
                good.images(), good.quota(), Map.of(), Optional.of(Answer.of(found))),
            order(1, "c7g.large")),
        "bucket");

    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.found()).contains(words);
  }

  private static Ec2Facts good() {
    return with(List.of(ALLOWED));
  }

  private static Ec2Facts with(List<Permission> permissions) {
    return with(permissions, LARGE);
  }

  private static Ec2Facts with(List<Permission> permissions, TypeFacts... types) {
    return new Ec2Facts(
        "us-east-1", "arn:aws:iam::1:user/a", permissions, Answer.of(List.of(SUBNET)),
        Answer.of(List.of(types)), Map.of("arm64", Answer.of("ami-1")),
        Optional.of(Answer.of(new VcpuQuota("L-1216C47A", 64, 4))), Map.of(), Optional.empty());
  }

  private static Permission permission(Verdict verdict, Use use) {
    return new Permission(
        "ec2:RunInstances", Set.of(use), "launches them", verdict, "Code");
  }

  private static FleetOrder order(int count, String... types) {
    return new FleetOrder(
        "test", count, false, List.of(types), false, FleetOrder.Given.NOTHING,
        Duration.ofHours(2));
  }

  private static Finding finding(Diagnosis diagnosis, String about) {
    return diagnosis.findings()
        .stream()
        .filter(each -> each.about().equals(about))
        .reduce((one, other) -> one.state() == State.OK ? other : one)
        .orElseThrow(() -> new AssertionError(about + " is not in " + diagnosis));
  }
}
