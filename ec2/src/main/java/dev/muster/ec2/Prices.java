package dev.muster.ec2;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What instances cost on demand, in US dollars an hour, without what they send and store.
 *
 * @param regions what is known of each
 */
public record Prices(Map<String, Region> regions) {

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .build();

  /**
   * The prices of a region.
   *
   * @param date when these were the prices
   * @param hour price by type
   */
  public record Region(LocalDate date, Map<String, BigDecimal> hour) {

    public Region {
      hour = Map.copyOf(hour);
    }
  }

  public Prices {
    regions = Map.copyOf(regions);
  }

  /** Those that come with this version. */
  public static Prices known() {
    try (InputStream in = Prices.class.getResourceAsStream("prices.json")) {
      if (in == null) {
        throw new IllegalStateException("prices.json is missing in the distribution");
      }
      return read(JSON.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Those that come with this version, or of each region those in {@code own}, where they are not older.
   *
   * @param own need not exist
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException with a sentence, if it is no file of prices
   */
  public static Prices known(Path own) throws IOException {
    return Files.exists(own) ? known().orNewer(in(own)) : known();
  }

  /**
   * Those in a file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException with a sentence, if it is none
   */
  public static Prices in(Path file) throws IOException {
    try {
      return read(JSON.readTree(Files.readString(file)));
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException(file + " is no file of prices: " + e.getMessage(), e);
    }
  }

  private static Prices read(JsonNode root) {
    var regions = new HashMap<String, Region>();
    for (var region : root.properties()) {
      var hour = new HashMap<String, BigDecimal>();
      for (var type : region.getValue().path("hour").properties()) {
        if (!type.getValue().isNumber()) {
          throw new IllegalArgumentException(
              "'" + type.getKey() + "' in " + region.getKey() + " has no number for a price");
        }
        hour.put(type.getKey(), type.getValue().decimalValue());
      }
      String date = region.getValue().path("date").asString("");
      regions.put(region.getKey(), new Region(LocalDate.parse(date), hour));
    }
    if (regions.isEmpty()) {
      throw new IllegalArgumentException("there is no region in it");
    }
    return new Prices(regions);
  }

  /** These, with what {@code others} have of regions that are not here or are older. */
  public Prices orNewer(Prices others) {
    var all = new HashMap<>(regions);
    others.regions.forEach(
        (name, theirs) -> all.merge(
            name, theirs, (ours, _) -> theirs.date().isBefore(ours.date()) ? ours : theirs));
    return new Prices(all);
  }

  /** The price of an hour; empty where it is not known. */
  public Optional<BigDecimal> hour(String region, String type) {
    return Optional.ofNullable(regions.get(region)).map(known -> known.hour().get(type));
  }

  /** When those of a region were the prices; empty where none is known. */
  public Optional<LocalDate> date(String region) {
    return Optional.ofNullable(regions.get(region)).map(Region::date);
  }

  /**
   * Writes them into a file, whole or not at all, and makes its folder.
   *
   * @throws IOException if that cannot be done; then the file is as it was
   */
  public void write(Path file) throws IOException {
    var root = JSON.createObjectNode();
    new TreeMap<>(regions).forEach((name, region) -> {
      var hour = root.putObject(name).put("date", region.date().toString()).putObject("hour");
      new TreeMap<>(region.hour()).forEach(hour::put);
    });
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path fresh = Files.createTempFile(folder, "prices", ".new");
    try {
      Files.writeString(fresh, JSON.writeValueAsString(root) + "\n");
      Files.move(
          fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
