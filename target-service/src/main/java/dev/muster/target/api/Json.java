package dev.muster.target.api;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON of everything but the customers. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static byte[] counts(Counts counts, List<Tally> tallies) {
    return object(json -> {
      json.writeNumberProperty("received", counts.received());
      var routes = counts.now();
      json.writeNumberProperty("answered",
          routes.stream().mapToLong(Counts.RouteCount::count).sum());
      json.writeArrayPropertyStart("routes");
      for (Counts.RouteCount line : routes) {
        json.writeStartObject();
        json.writeStringProperty("route", line.route());
        json.writeNumberProperty("status", line.status());
        json.writeNumberProperty("count", line.count());
        json.writeEndObject();
      }
      json.writeEndArray();
      for (Tally tally : tallies) {
        json.writeObjectPropertyStart(tally.name());
        tally.now().forEach(json::writeNumberProperty);
        json.writeEndObject();
      }
    });
  }

  static byte[] up() {
    return object(json -> json.writeStringProperty("status", "up"));
  }

  static byte[] error(String reason) {
    return object(json -> json.writeStringProperty("error", reason));
  }

  /** An object with what {@code properties} writes into it, in UTF-8. */
  public static byte[] object(Consumer<JsonGenerator> properties) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      properties.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
