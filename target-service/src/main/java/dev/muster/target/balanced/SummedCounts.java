package dev.muster.target.balanced;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * The counts of several processes, added up: answers by route and status, and every object of numbers
 * number by number.
 */
record SummedCounts(
    SortedMap<Route, Long> routes, SequencedMap<String, SequencedMap<String, Long>> tallies) {
  private static final Comparator<Route> BY_NAME = Comparator.comparing(Route::route)
      .thenComparingInt(Route::status);

  /** One kind of answer. */
  record Route(String route, int status) {}

  /** The sum of these, each as a process's admin address shows it. */
  static SummedCounts of(List<JsonNode> counts) {
    var routes = new TreeMap<Route, Long>(BY_NAME);
    var tallies = new LinkedHashMap<String, SequencedMap<String, Long>>();
    for (JsonNode one : counts) {
      for (JsonNode line : one.path("routes")) {
        var route = new Route(line.path("route").asString(""), line.path("status").asInt(0));
        routes.merge(route, line.path("count").asLong(0), Long::sum);
      }
      one.properties().forEach(property -> {
        if (property.getValue().isObject()) {
          var tally = tallies.computeIfAbsent(property.getKey(), _ -> new LinkedHashMap<>());
          property.getValue()
              .properties()
              .forEach(number -> tally.merge(
                  number.getKey(), number.getValue().asLong(0), Long::sum));
        }
      });
    }
    return new SummedCounts(routes, tallies);
  }

  void write(JsonGenerator json) {
    json.writeArrayPropertyStart("routes");
    routes.forEach((route, count) -> {
      json.writeStartObject();
      json.writeStringProperty("route", route.route());
      json.writeNumberProperty("status", route.status());
      json.writeNumberProperty("count", count);
      json.writeEndObject();
    });
    json.writeEndArray();
    tallies.forEach((name, tally) -> {
      json.writeObjectPropertyStart(name);
      tally.forEach(json::writeNumberProperty);
      json.writeEndObject();
    });
  }
}
