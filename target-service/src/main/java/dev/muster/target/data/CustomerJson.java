package dev.muster.target.data;

import java.util.List;

/** Customers and readings as the JSON that the API answers with, in UTF-8. */
public final class CustomerJson {
  private CustomerJson() {}

  /** One customer. */
  public static byte[] customer(Customer customer) {
    return JsonBytes.object(json -> {
      json.writeNumberProperty("Id", customer.id());
      json.writeStringProperty("Surname", customer.surname());
      json.writeStringProperty("Givenname", customer.givenName());
    });
  }

  /** The readings of one customer, in the order given. */
  public static byte[] readings(List<Reading> readings) {
    return JsonBytes.object(json -> {
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
}
