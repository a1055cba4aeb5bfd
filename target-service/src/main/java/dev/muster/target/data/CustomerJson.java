package dev.muster.target.data;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Customers and readings as the JSON that the API answers with, in UTF-8. */
public final class CustomerJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private CustomerJson() {}

  /** One customer. */
  public static byte[] customer(Customer customer) {
    return object(json -> {
      json.writeNumberProperty("Id", customer.id());
      json.writeStringProperty("Surname", customer.surname());
      json.writeStringProperty("Givenname", customer.givenName());
    });
  }

  /** The readings of one customer, in the order given. */
  public static byte[] readings(List<Reading> readings) {
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

  private static byte[] object(Consumer<JsonGenerator> properties) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      properties.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
