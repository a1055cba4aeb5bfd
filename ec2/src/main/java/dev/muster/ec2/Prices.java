package dev.muster.ec2;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What instances cost on demand, in US dollars an hour, without what they send and store.
 *
 * @param date when these were the prices
 * @param byRegion price by type, by region
 */
public record Prices(LocalDate date, Map<String, Map<String, BigDecimal>> byRegion) {

  /** Those that come with this version. */
  public static Prices known() {
    try (InputStream in = Prices.class.getResourceAsStream("prices.json")) {
      if (in == null) {
        throw new IllegalStateException("prices.json is missing in the distribution");
      }
      return read(JsonMapper.shared().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Those in a file of the same format.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException with a sentence, if it is none
   */
  public static Prices in(Path file) throws IOException {
    try {
      return read(JsonMapper.shared().readTree(Files.readString(file)));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file + " is no file of prices: " + e.getMessage(), e);
    }
  }

  private static Prices read(JsonNode root) {
    var byRegion = new HashMap<String, Map<String, BigDecimal>>();
    for (var region : root.path("regions").properties()) {
      var prices = new HashMap<String, BigDecimal>();
      for (var type : region.getValue().properties()) {
        prices.put(type.getKey(), type.getValue().decimalValue());
      }
      byRegion.put(region.getKey(), Map.copyOf(prices));
    }
    if (byRegion.isEmpty()) {
      throw new IllegalArgumentException("there are no 'regions' in it");
    }
    return new Prices(LocalDate.parse(root.path("date").asString()), Map.copyOf(byRegion));
  }

  /** The price of an hour; empty where it is not known. */
  public Optional<BigDecimal> hour(String region, String type) {
    return Optional.ofNullable(byRegion.getOrDefault(region, Map.of()).get(type));
  }
}
