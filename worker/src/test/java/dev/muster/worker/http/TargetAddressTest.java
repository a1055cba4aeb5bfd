package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.plan.target.AllowedTargets;
import dev.muster.worker.guard.Guard;
import dev.muster.worker.guard.TargetRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where event loops dial while a name server says now this, now that. */
class TargetAddressTest {

  private List<String> answer = List.of();

  @Test
  void users_spread_over_the_addresses_of_a_name() throws IOException {
    answer = List.of("93.184.215.14", "93.184.215.15");
    try (var address = shop()) {
      assertThat(address.of(0).getAddress().getHostAddress()).isEqualTo("93.184.215.14");
      assertThat(address.of(7).getAddress().getHostAddress()).isEqualTo("93.184.215.15");
      assertThat(address.of(7).getPort()).isEqualTo(80);
    }
  }

  @Test
  void a_later_answer_does_not_turn_the_load_elsewhere() throws IOException {
    answer = List.of("93.184.215.14");
    try (var address = shop()) {
      for (String elsewhere : List.of("169.254.169.254", "127.0.0.1", "10.0.0.1", "0.0.0.0")) {
        answer = List.of("93.184.215.99", elsewhere);
        address.refresh();

        assertThat(address.of(1).getAddress().getHostAddress()).as(elsewhere)
            .isEqualTo("93.184.215.14");
      }
    }
  }

  @Test
  void a_later_answer_that_is_allowed_is_followed() throws IOException {
    answer = List.of("93.184.215.14");
    try (var address = shop()) {
      answer = List.of("93.184.215.99");
      address.refresh();

      assertThat(address.of(1).getAddress().getHostAddress()).isEqualTo("93.184.215.99");
    }
  }

  @Test
  void a_name_that_resolves_no_more_leads_where_it_led() throws IOException {
    answer = List.of("93.184.215.14");
    try (var address = shop()) {
      answer = List.of();
      address.refresh();

      assertThat(address.of(1).getAddress().getHostAddress()).isEqualTo("93.184.215.14");
    }
  }

  @Test
  void there_is_none_while_a_name_leads_nowhere_or_where_it_may_not() {
    try (var address = shop()) {
      assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> address.of(1));

      answer = List.of("169.254.169.254");
      address.refresh();

      assertThatExceptionOfType(TargetRefused.class).isThrownBy(() -> address.of(1));
    }
  }

  private TargetAddress shop() {
    var guard = new Guard(
        "w1", AllowedTargets.of(List.of("shop.example:80")), null, this::lookUp);
    return new TargetAddress(URI.create("http://shop.example"), guard);
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    if (answer.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return answer.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }
}
