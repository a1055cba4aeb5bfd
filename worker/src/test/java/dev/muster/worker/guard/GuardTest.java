package dev.muster.worker.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.plan.target.AllowedTargets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

/** A guard beside a name server that says what the test says. */
class GuardTest {

  private static final URI SHOP = URI.create("http://shop.example");

  private List<String> answer = List.of();
  private final List<String> asked = new ArrayList<>();

  @Test
  void what_is_dialled_is_the_address_that_was_checked() throws IOException {
    answer = List.of("93.184.215.14", "93.184.215.15");

    assertThat(guard("shop.example:80").addresses(SHOP)).containsExactly(
        new InetSocketAddress(InetAddress.ofLiteral("93.184.215.14"), 80),
        new InetSocketAddress(InetAddress.ofLiteral("93.184.215.15"), 80));
  }

  @Test
  void a_name_that_nothing_can_allow_is_not_even_looked_up() {
    assertRefused(new Guard("w1", AllowedTargets.loopback(), null, this::lookUp))
        .isEqualTo(
            "the plan's target http://shop.example:80 is not allowed by worker w1, which sends to "
                + "loopback only; start it with --allow-target shop.example:80");
    assertThat(asked).isEmpty();
  }

  @Test
  void one_bad_address_among_good_ones_spoils_the_answer() {
    answer = List.of("93.184.215.14", "169.254.169.254");

    assertRefused(guard("shop.example")).contains("has the address 169.254.169.254");
  }

  @Test
  void a_name_that_was_public_does_not_become_private() throws IOException {
    Guard guard = guard("shop.example");
    answer = List.of("93.184.215.14");
    assertThat(guard.addresses(SHOP)).hasSize(1);
    answer = List.of("93.184.215.99");
    assertThat(guard.addresses(SHOP)).as("as balanced services do").hasSize(1);

    answer = List.of("10.0.0.1");
    assertRefused(guard).isEqualTo(
        "shop.example has led to a public network and now has the address 10.0.0.1, which is private; "
            + "where it is meant, start worker w1 with --allow-target 10.0.0.1:80");
    answer = List.of("127.0.0.1");
    assertRefused(guard).contains("which a name does not open as it is loopback");
  }

  @Test
  void a_name_that_was_private_does_not_become_public() throws IOException {
    Guard guard = guard("shop.example");
    answer = List.of("10.0.0.1");
    assertThat(guard.addresses(SHOP)).hasSize(1);

    answer = List.of("93.184.215.14");

    assertRefused(guard).contains("has led to a private network");
  }

  @Test
  void addresses_that_are_allowed_themselves_may_come_and_go() throws IOException {
    Guard guard = guard("10.0.0.0/8", "93.184.215.0/24");
    for (String address : List.of("10.0.0.1", "93.184.215.14", "10.255.0.1")) {
      answer = List.of(address);
      assertThat(guard.addresses(SHOP)).hasSize(1);
    }
    answer = List.of("93.184.216.14");
    assertRefused(guard).contains("--allow-target shop.example:80");
  }

  @Test
  void addresses_of_version_4_go_before_those_of_version_6() throws IOException {
    answer = List.of("2001:db8::1", "10.0.0.1");
    assertThat(guard("shop.example").addresses(SHOP))
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 80));
  }

  @Test
  void a_name_without_an_address_is_no_refusal() {
    assertThat(guard("shop.example").refusal(SHOP)).isEmpty();
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> guard("shop.example").addresses(SHOP));
  }

  @Test
  void an_address_is_not_looked_up() throws IOException {
    assertThat(guard("10.0.0.0/8", "::1").addresses(URI.create("https://10.0.0.7")))
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.7"), 443));
    assertThat(guard("::1").addresses(URI.create("http://[::1]:8080")))
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("::1"), 8080));
    assertThat(asked).isEmpty();
  }

  private static AbstractStringAssert<?> assertRefused(Guard guard) {
    return assertThat(guard.refusal(SHOP).orElse("nothing"));
  }

  private Guard guard(String... allowed) {
    return new Guard("w1", AllowedTargets.of(Arrays.asList(allowed)), null, this::lookUp);
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    asked.add(host);
    if (answer.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return answer.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }
}
