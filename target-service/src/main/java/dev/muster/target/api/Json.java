package dev.muster.target.api;

import dev.muster.target.data.JsonBytes;
import java.util.List;

/** The JSON of everything but the customers. */
public final class Json {
  private Json() {}

  static byte[] counts(Counts counts, List<Tally> tallies) {
    return JsonBytes.object(json -> {
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

  /** That all is well. */
  public static byte[] up() {
    return JsonBytes.object(json -> json.writeStringProperty("status", "up"));
  }

  static byte[] error(String reason) {
    return JsonBytes.object(json -> json.writeStringProperty("error", reason));
  }
}
