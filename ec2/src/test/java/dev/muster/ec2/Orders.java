package dev.muster.ec2;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** What the tests order. */
final class Orders {

  static final WorkerSetup SETUP = new WorkerSetup(
      "10.0.0.5:7400", "muster1-abc", List.of("10.0.0.0/8"),
      new Distribution(
          URI.create("https://example.com/muster.tar.gz"), "0123456789abcdef".repeat(4), false),
      Duration.ofHours(2), Duration.ofMinutes(6), Duration.ofSeconds(60));

  private Orders() {}

  static FleetOrder of(int count, String... types) {
    return order(count, false, false, types);
  }

  static FleetOrder allOf(int count, String... types) {
    return order(count, true, false, types);
  }

  static FleetOrder spot(int count, String... types) {
    return order(count, false, true, types);
  }

  private static FleetOrder order(int count, boolean all, boolean spot, String... types) {
    return new FleetOrder(
        "test", count, all, List.of(types), spot, FleetOrder.Given.NOTHING,
        Duration.ofHours(2));
  }

  static FleetOrder with(FleetOrder.Given given) {
    return new FleetOrder(
        "test", 1, false, List.of("c7i.large"), false, given, Duration.ofHours(2));
  }
}
