package dev.muster.ec2;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An order that stands with the fleet, in what its instances are told: whoever comes later knows from it how
 * to launch another that is like them. It has no token.
 *
 * @param ends when the fleet's time is over
 */
record StandingOrder(FleetOrder order, WorkerSetup setup, Instant ends) {

  /** What EC2 takes. */
  private static final int MOST_BYTES = 16 << 10;

  private static final String LINE = "# Its order, for who replaces it: ";
  private static final String TOKEN = "token";

  /**
   * What an instance is told: how it becomes a worker, and, as a remark, this order.
   *
   * @throws Ec2Problem if it is longer than EC2 takes
   */
  String userData() {
    JsonMapper json = JsonMapper.shared();
    ObjectNode told = json.createObjectNode();
    told.set("order", json.valueToTree(order));
    told.set("setup", json.<ObjectNode>valueToTree(setup).without(TOKEN));
    told.put("ends", ends.toString());
    String data = setup.script() + LINE + told + "\n";
    int bytes = data.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw Ec2Problem.of(
          "What an instance is told has " + bytes + " bytes, and EC2 takes " + MOST_BYTES
              + ".\n  Give fewer --allow-target, or a network instead of many addresses.");
    }
    return data;
  }

  /**
   * The order in what an instance was told; empty where there is none that can be read.
   *
   * @param token lets the next one in
   * @param now from which its life is counted, to the same end
   */
  static Optional<StandingOrder> in(String userData, String token, Instant now) {
    return userData.lines()
        .filter(line -> line.startsWith(LINE))
        .findFirst()
        .flatMap(line -> read(line.substring(LINE.length()), token, now));
  }

  private static Optional<StandingOrder> read(String line, String token, Instant now) {
    JsonMapper json = JsonMapper.shared();
    try {
      JsonNode told = json.readTree(line);
      Instant ends = Instant.parse(told.path("ends").asString());
      Duration left = Duration.between(now, ends);
      ObjectNode setup = (ObjectNode) told.path("setup");
      setup.put(TOKEN, token);
      setup.set("ttl", json.valueToTree(left));
      return Optional.of(
          new StandingOrder(
              json.treeToValue(told.path("order"), FleetOrder.class).living(left),
              json.treeToValue(setup, WorkerSetup.class), ends));
    } catch (JacksonException | IllegalArgumentException | ClassCastException e) {
      return Optional.empty();
    }
  }
}
