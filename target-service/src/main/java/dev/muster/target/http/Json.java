package dev.muster.target.http;

import dev.muster.target.data.Customer;
import dev.muster.target.data.Reading;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON of each answer. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static String customer(Customer customer) {
    return object(json -> {
      json.writeNumberProperty("Id", customer.id());
      json.writeStringProperty("Surname", customer.surname());
      json.writeStringProperty("Givenname", customer.givenName());
    });
  }

  static String readings(List<Reading> readings) {
    return object(json -> {
      json.writeArrayPropertyStart("Measures");
      for (Reading reading : readings) {
        json.writeStartObject();
        json.writeNumberProperty("MeasureID", reading.measureId());
        json.writeStringProperty("MeasureDate", reading.date().toString());
        json.writeNumberProperty("MeasureValue", reading.value());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  static String counts(List<Counts.RouteCount> counts) {
    return object(json -> {
      long answered = counts.stream().mapToLong(Counts.RouteCount::count).sum();
      json.writeNumberProperty("answered", answered);
      json.writeArrayPropertyStart("routes");
      for (Counts.RouteCount line : counts) {
        json.writeStartObject();
        json.writeStringProperty("route", line.route());
        json.writeNumberProperty("status", line.status());
        json.writeNumberProperty("count", line.count());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  static String up() {
    return object(json -> json.writeStringProperty("status", "up"));
  }

  static String error(String reason) {
    return object(json -> json.writeStringProperty("error", reason));
  }

  private static String object(Consumer<JsonGenerator> properties) {
    var text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      properties.accept(json);
      json.writeEndObject();
    }
    return text.toString();
  }
}
