package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ec2.Ingress.Rule;
import dev.muster.ec2.Ingress.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngressTest {

  private static final String WORKERS = "10.1.2.0/24";

  /** Who comes from 10.1.2.0/24 to port 7400, by one rule. */
  @ParameterizedTest
  @CsvSource({
      "tcp, 7400, 7400, 10.1.2.0/24, YES",
      "tcp, 7400, 7400, 10.1.0.0/16, YES",
      "tcp, 7400, 7400, 0.0.0.0/0, YES",
      "tcp, 7400, 7400, 10.1.3.0/24, NO",
      "tcp, 7400, 7400, 10.1.2.0/25, NO",
      "tcp, 7400, 7400, 10.1.2.1/32, NO",
      "tcp, 7400, 7400, 138.1.2.0/24, NO",
      "tcp, 7000, 8000, 10.0.0.0/8, YES",
      "tcp, 7401, 8000, 10.0.0.0/8, NO",
      "tcp, 0, 7399, 10.0.0.0/8, NO",
      "6, 7400, 7400, 10.0.0.0/8, YES",
      "udp, 7400, 7400, 10.0.0.0/8, NO",
      "icmp, -1, -1, 10.0.0.0/8, NO",
      "-1, 0, 0, 10.0.0.0/8, YES"})
  void a_rule_lets_in_its_networks_at_its_ports(
      String protocol, int from, int to, String network, Verdict verdict) {
    var ingress = new Ingress(
        List.of(new Rule(protocol, from, to, List.of(network), List.of(), false)));

    assertThat(ingress.lets(WORKERS, Optional.empty(), 7_400)).isEqualTo(verdict);
  }

  @Test
  void a_rule_that_names_a_group_lets_in_its_members() {
    var ingress = new Ingress(
        List.of(new Rule("tcp", 7_400, 7_400, List.of(), List.of("sg-1", "sg-2"), false)));

    assertThat(ingress.lets(WORKERS, Optional.of("sg-2"), 7_400)).isEqualTo(Verdict.YES);
    assertThat(ingress.lets(WORKERS, Optional.of("sg-3"), 7_400)).isEqualTo(Verdict.NO);
    assertThat(ingress.lets(WORKERS, Optional.of("sg-2"), 7_401)).isEqualTo(Verdict.NO);
    assertThat(ingress.lets(WORKERS, Optional.empty(), 7_400)).isEqualTo(Verdict.NO);
  }

  @Test
  void one_of_several_rules_is_enough_and_none_is_not() {
    var one = new Rule("tcp", 22, 22, List.of("0.0.0.0/0"), List.of(), false);
    var other = new Rule("tcp", 7_400, 7_400, List.of("10.0.0.0/8"), List.of(), false);

    assertThat(new Ingress(List.of(one, other)).lets(WORKERS, Optional.empty(), 7_400))
        .isEqualTo(Verdict.YES);
    assertThat(new Ingress(List.of()).lets(WORKERS, Optional.empty(), 7_400))
        .isEqualTo(Verdict.NO);
  }

  @Test
  void whom_a_list_lets_in_is_not_known() {
    var list = new Rule("tcp", 7_400, 7_400, List.of(), List.of(), true);
    var open = new Rule("tcp", 7_400, 7_400, List.of("0.0.0.0/0"), List.of(), false);

    assertThat(new Ingress(List.of(list)).lets(WORKERS, Optional.empty(), 7_400))
        .isEqualTo(Verdict.PERHAPS);
    assertThat(new Ingress(List.of(list)).lets(WORKERS, Optional.empty(), 7_401))
        .isEqualTo(Verdict.NO);
    assertThat(new Ingress(List.of(list, open)).lets(WORKERS, Optional.empty(), 7_400))
        .isEqualTo(Verdict.YES);
  }

  @Test
  void workers_of_all_networks_have_to_be_let_in() {
    var ingress = new Ingress(
        List.of(new Rule("tcp", 7_400, 7_400, List.of("10.1.0.0/16"), List.of(), false)));

    assertThat(
        new Way.Direct("i-1", 7_400, ingress, List.of("10.1.2.0/24", "10.1.3.0/24"),
            Optional.empty()).verdict())
        .isEqualTo(Verdict.YES);
    assertThat(
        new Way.Direct("i-1", 7_400, ingress, List.of("10.1.2.0/24", "10.2.3.0/24"),
            Optional.empty()).verdict())
        .isEqualTo(Verdict.NO);
  }
}
