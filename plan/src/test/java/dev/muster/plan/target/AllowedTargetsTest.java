package dev.muster.plan.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.plan.target.AllowedTargets.Grounds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a worker may send, by what it was started with. */
class AllowedTargetsTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
  void by_default_loopback_is_allowed_at_any_port(String address) {
    assertThat(grounds(AllowedTargets.loopback(), "http://localhost:4711", address))
        .isEqualTo(Grounds.ADDRESS);
    assertThat(AllowedTargets.loopback().mayAllow(to("http://localhost"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "10.0.0.1", "192.168.0.1", "169.254.169.254", "93.184.215.14", "0.0.0.0", "255.255.255.255",
      "::", "fe80::1", "fd00::1", "2001:db8::1", "64:ff9b::7f00:1", "2002:7f00:1::1"})
  void by_default_nothing_else_is_whatever_name_led_there(String address) {
    for (String target : List.of("http://localhost", "http://innocent.example", literal(address))) {
      assertThat(grounds(AllowedTargets.loopback(), target, address)).as(target)
          .isEqualTo(Grounds.NONE);
    }
  }

  @Test
  void a_name_is_allowed_at_its_port_and_in_any_spelling() {
    var allowed = AllowedTargets.of(List.of("Shop.Example.:80"));

    assertThat(grounds(allowed, "http://SHOP.example.", "93.184.215.14")).isEqualTo(Grounds.NAME);
    assertThat(grounds(allowed, "http://shop.example", "10.1.2.3")).isEqualTo(Grounds.NAME);
    assertThat(grounds(allowed, "https://shop.example", "93.184.215.14")).isEqualTo(Grounds.NONE);
    assertThat(grounds(allowed, "http://shop.example:8080", "93.184.215.14"))
        .isEqualTo(Grounds.NONE);
    assertThat(grounds(allowed, "http://www.shop.example", "93.184.215.14"))
        .isEqualTo(Grounds.NONE);
  }

  @Test
  void a_name_without_a_port_is_allowed_at_all() {
    var allowed = AllowedTargets.of(List.of("shop.example"));

    assertThat(grounds(allowed, "https://shop.example", "93.184.215.14")).isEqualTo(Grounds.NAME);
    assertThat(grounds(allowed, "http://shop.example:8080", "93.184.215.14"))
        .isEqualTo(Grounds.NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "127.0.0.1", "::1", "169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0", "::",
      "224.0.0.1", "255.255.255.255", "ff02::1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
      "::127.0.0.2"})
  void a_name_opens_no_address_that_is_the_workers_own_or_special(String address) {
    var byName = AllowedTargets.of(List.of("shop.example"));

    assertThat(grounds(byName, "http://shop.example", address)).isEqualTo(Grounds.NONE);
    assertThat(
        grounds(AllowedTargets.of(List.of("shop.example", address)), "http://shop.example",
            address))
        .isEqualTo(Grounds.ADDRESS);
  }

  @Test
  void localhost_by_name_opens_loopback_and_nothing_more() {
    var allowed = AllowedTargets.of(List.of("localhost:8080"));

    assertThat(grounds(allowed, "http://localhost:8080", "127.0.0.1")).isEqualTo(Grounds.NAME);
    assertThat(grounds(allowed, "http://localhost:8080", "93.184.215.14")).isEqualTo(Grounds.NONE);
    assertThat(grounds(allowed, "http://127.0.0.1:8080", "127.0.0.1")).isEqualTo(Grounds.NONE);
  }

  @Test
  void a_network_is_allowed_up_to_its_last_bit() {
    var allowed = AllowedTargets.of(List.of("10.1.2.0/23:8080", "[fd00::]:80", "2001:db8::/33"));

    assertThat(grounds(allowed, "http://10.1.2.0:8080", "10.1.2.0")).isEqualTo(Grounds.ADDRESS);
    assertThat(grounds(allowed, "http://10.1.3.255:8080", "10.1.3.255")).isEqualTo(Grounds.ADDRESS);
    assertThat(grounds(allowed, "http://10.1.4.0:8080", "10.1.4.0")).isEqualTo(Grounds.NONE);
    assertThat(grounds(allowed, "http://10.1.2.0:80", "10.1.2.0")).isEqualTo(Grounds.NONE);
    assertThat(grounds(allowed, "http://[fd00::]", "fd00::")).isEqualTo(Grounds.ADDRESS);
    assertThat(grounds(allowed, "http://[fd00::1]", "fd00::1")).isEqualTo(Grounds.NONE);
    assertThat(grounds(allowed, "http://[2001:db8:7fff::]", "2001:db8:7fff::"))
        .isEqualTo(Grounds.ADDRESS);
    assertThat(grounds(allowed, "http://[2001:db8:8000::]", "2001:db8:8000::"))
        .isEqualTo(Grounds.NONE);
  }

  @Test
  void a_name_may_lead_to_a_network_that_is_allowed_so_only_the_worker_can_tell() {
    var allowed = AllowedTargets.of(List.of("10.0.0.0/8:8080"));

    assertThat(allowed.refusal(URI.create("http://shop.internal:8080"), "w1")).isEmpty();
    assertThat(grounds(allowed, "http://shop.internal:8080", "10.1.2.3"))
        .isEqualTo(Grounds.ADDRESS);
    assertThat(grounds(allowed, "http://shop.internal:8080", "93.184.215.14"))
        .isEqualTo(Grounds.NONE);
    assertThat(allowed.refusal(URI.create("http://shop.internal:80"), "w1")).isPresent();
  }

  @Test
  void a_refusal_says_how_to_allow_it() {
    assertThat(AllowedTargets.loopback().refusal(URI.create("http://shop.example"), "w1")).hasValue(
        "the plan's target http://shop.example:80 is not allowed by worker w1, which sends to "
            + "loopback only; start it with --allow-target shop.example:80");
    assertThat(
        AllowedTargets.of(List.of("a", "b:1", "10.0.0.0/8", "::1", "c", "d"))
            .refusal(URI.create("https://[2001:db8::1]"), "w2"))
        .hasValue(
            "the plan's target https://[2001:db8::1]:443 is not allowed by worker w2, which sends "
                + "to a, b:1, 10.0.0.0/8, 0:0:0:0:0:0:0:1 and 2 others only; start it with "
                + "--allow-target [2001:db8::1]:443");
    assertThat(
        AllowedTargets.of(List.of("shop.example"))
            .refusal(
                URI.create("http://shop.example"), InetAddress.ofLiteral("169.254.169.254"), "w1"))
        .hasValue(
            "the plan's target http://shop.example:80 has the address 169.254.169.254, which a name "
                + "does not open as it is link-local; where it is meant, start worker w1 with "
                + "--allow-target 169.254.169.254:80");
  }

  @Test
  void rules_are_read_again_as_they_are_written() {
    var rules = List.of(
        "shop.example:80", "shop.example", "10.0.0.7", "10.0.0.7:1", "10.0.0.0/8",
        "10.0.0.0/8:65535",
        "0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]:443", "fd00:0:0:0:0:0:0:0/8",
        "[fd00:0:0:0:0:0:0:0/8]:80");

    assertThat(AllowedTargets.of(rules).rules()).isEqualTo(rules);
    assertThat(
        AllowedTargets.only(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80)).rules())
        .containsExactly("127.0.0.1:80");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
      http://shop.example:80 | 'http://shop.example:80' is an address of the web; write its host and port alone, such as shop.example:80
      *.example              | '*.example' has a '*', which stands for nothing; allow each host, or a network such as 10.0.0.0/8
      shop.example:0         | 'shop.example:0' has no port behind ':'; expected 1 to 65535
      shop.example:65536     | 'shop.example:65536' has no port behind ':'; expected 1 to 65535
      shop.example:          | 'shop.example:' has no port behind ':'; expected 1 to 65535
      :80                    | ':80' is no host; expected such as shop.example:80, 10.0.0.7:8080 or 10.0.0.0/8
      shop example           | 'shop example' is no host; expected such as shop.example:80, 10.0.0.7:8080 or 10.0.0.0/8
      10.0.0.256             | '10.0.0.256' is no host; expected such as shop.example:80, 10.0.0.7:8080 or 10.0.0.0/8
      10.0.0.0/33            | '10.0.0.0/33' has no number of bits behind '/'; expected 0 to 32
      ::/129                 | '::/129' has no number of bits behind '/'; expected 0 to 128
      shop.example/8         | 'shop.example/8' is no network; expected such as 10.0.0.0/8 or fd00::/8
      [::1                   | '[::1' is no address in brackets; expected such as [::1]:8080
      [::1]80                | '[::1]80' is no address in brackets; expected such as [::1]:8080
      """)
  void what_is_no_rule_is_told(String rule, String why) {
    assertThatIllegalArgumentException().isThrownBy(() -> AllowedTargets.of(List.of(rule)))
        .withMessage(why);
  }

  @Test
  void what_is_no_rule_is_told_shortly_however_long_it_is() {
    String rule = "?".repeat(100_000);

    assertThatIllegalArgumentException().isThrownBy(() -> AllowedTargets.of(List.of(rule)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    var many = new String[1_001];
    Arrays.fill(many, "a");
    assertThatIllegalArgumentException().isThrownBy(() -> AllowedTargets.of(List.of(many)));
  }

  private static Grounds grounds(AllowedTargets allowed, String target, String address) {
    return allowed.grounds(to(target), InetAddress.ofLiteral(address));
  }

  private static Destination to(String target) {
    return Destination.of(URI.create(target));
  }

  private static String literal(String address) {
    return "http://" + (address.contains(":") ? "[" + address + "]" : address);
  }
}
