package dev.muster.coordinator.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * {@code summary.json}: a {@link Summary} as JSON, fields in its order. Numbers are plain decimals
 * with at most three places, but for amounts of money. Times are in milliseconds and percentiles are whole microseconds, so
 * those are exact; means and rates are rounded.
 */
public final class SummaryJson {

  static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
      .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .addModule(
          new SimpleModule().addSerializer(double.class, new ThreePlaces())
              .addSerializer(Double.class, new ThreePlaces()))
      .build();

  private SummaryJson() {}

  /** The JSON of {@code summary}, indented, with a line break at its end. */
  public static String text(Summary summary) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(summary)
        + "\n";
  }

  /**
   * Writes {@code file} whole or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Summary summary, Path file) throws IOException {
    WholeFile.write(file, text(summary));
  }

  /**
   * Reads what {@link #text} gave; fields that it does not know are passed over.
   *
   * @throws tools.jackson.core.JacksonException if it is no summary
   */
  public static Summary parse(String text) {
    return MAPPER.readValue(text, Summary.class);
  }

  /**
   * Reads what {@link #write} wrote; fields that it does not know are passed over.
   *
   * @throws IOException if the file cannot be read
   * @throws tools.jackson.core.JacksonException if it is no summary
   */
  public static Summary read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  private static final class ThreePlaces extends ValueSerializer<Double> {

    @Override
    public void serialize(Double value, JsonGenerator generator, SerializationContext context) {
      var rounded = BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
      generator.writeNumber(rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros());
    }
  }
}
