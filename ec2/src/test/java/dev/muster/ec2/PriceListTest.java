package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Prices as the stand-in tells them. */
@SuppressWarnings("NullAway.Init")
class PriceListTest {

  @RegisterExtension
  static final StandIn aws = new StandIn();

  @Test
  void all_types_of_the_regions_are_told_as_of_today() {
    try (PriceList list = aws.prices(
        aws.anybody(), InstantSource.fixed(Instant.parse("2026-11-27T08:00:00Z")))) {
      Prices prices = list.of(List.of("us-east-1", "eu-central-1"));

      assertThat(prices.regions().keySet())
          .containsExactlyInAnyOrder("us-east-1", "eu-central-1");
      assertThat(prices.date("eu-central-1")).contains(LocalDate.of(2026, 11, 27));
      assertThat(prices.hour("eu-central-1", "c7i.large")).contains(new BigDecimal("0.10185"));
      assertThat(prices.hour("us-east-1", "t3.micro")).isPresent();
    }
  }

  @Test
  void every_page_is_asked_for() {
    aws.put("pages", "{\"most\": 3}");
    try (PriceList list = aws.prices()) {
      Prices all = list.of(List.of("us-east-1"));
      int types = all.regions().values().iterator().next().hour().size();

      assertThat(types).isGreaterThan(3);
      assertThat(aws.calls("GetProducts")).hasSize(Math.ceilDiv(types, 3));
    }
  }

  @Test
  void a_region_that_there_is_not_is_named() {
    try (PriceList list = aws.prices()) {
      assertThatExceptionOfType(Ec2Problem.class).isThrownBy(() -> list.of(List.of("nowhere-1")))
          .withMessageContaining("no prices in US dollars of a region 'nowhere-1'");
    }
  }

  @Test
  void who_may_not_ask_is_told_which_permission_is_missing() {
    aws.failing("GetProducts", "AccessDeniedException", 400, -1);
    try (PriceList list = aws.prices()) {
      assertThatExceptionOfType(Ec2Problem.class).isThrownBy(() -> list.of(List.of("us-east-1")))
          .withMessageContaining("Cannot look up prices of us-east-1: AccessDeniedException")
          .withMessageContaining("muster doctor --ec2");
    }
  }
}
