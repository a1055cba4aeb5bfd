package dev.muster.target.lambda;

import dev.muster.target.api.Request;
import dev.muster.target.data.JsonBytes;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A request as the event that an HTTP API of API Gateway hands to a function, in the payload format
 * 2.0, without the fields that describe the client.
 */
final class GatewayEvent {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final String DEFAULT = "$default";

  private GatewayEvent() {}

  /**
   * The event for this request.
   *
   * @param requestId the gateway's own name for it
   * @param epochMillis when it arrived
   */
  static byte[] write(Request request, String requestId, long epochMillis) {
    return JsonBytes.object(json -> {
      json.writeStringProperty("version", "2.0");
      json.writeStringProperty("routeKey", DEFAULT);
      json.writeStringProperty("rawPath", request.path());
      json.writeStringProperty("rawQueryString", request.query());
      json.writeObjectPropertyStart("headers");
      json.writeEndObject();
      json.writeObjectPropertyStart("requestContext");
      json.writeObjectPropertyStart("http");
      json.writeStringProperty("method", request.method());
      json.writeStringProperty("path", request.path());
      json.writeStringProperty("protocol", "HTTP/1.1");
      json.writeEndObject();
      json.writeStringProperty("requestId", requestId);
      json.writeStringProperty("routeKey", DEFAULT);
      json.writeStringProperty("stage", DEFAULT);
      json.writeStringProperty("time", Time.text(epochMillis));
      json.writeNumberProperty("timeEpoch", epochMillis);
      json.writeEndObject();
      json.writeBooleanProperty("isBase64Encoded", false);
    });
  }

  /**
   * The request in an event.
   *
   * @throws IOException if it is not an event of the payload format 2.0
   */
  static Request read(byte[] event) throws IOException {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), event)) {
      return new Reading().read(json);
    } catch (JacksonException e) {
      throw new IOException("the event is not JSON", e);
    }
  }

  /** What has been seen of one event. */
  private static final class Reading {
    private @Nullable String method;
    private @Nullable String path;
    private String query = "";
    private String stage = DEFAULT;

    Request read(JsonParser json) throws IOException {
      readObject(json, "");
      if (method == null || path == null) {
        throw new IOException("the event has no rawPath or no requestContext.http.method; let the "
            + "integration of the HTTP API send the payload format 2.0");
      }
      return new Request(method, withoutStage(path), query);
    }

    // A stage that has a name stands before every path, as in /production/customer/42.
    private String withoutStage(String whole) {
      return !stage.equals(DEFAULT) && whole.startsWith("/" + stage + "/")
          ? whole.substring(stage.length() + 1)
          : whole;
    }

    private void readObject(JsonParser json, String prefix) {
      if (prefix.isEmpty() && json.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = prefix + json.currentName();
        json.nextToken();
        switch (name) {
          case "rawPath" -> path = json.getString();
          case "rawQueryString" -> query = json.getString();
          case "requestContext.stage" -> stage = json.getString();
          case "requestContext.http.method" -> method = json.getString();
          case "requestContext", "requestContext.http" -> {
            if (json.currentToken() == JsonToken.START_OBJECT) {
              readObject(json, name + ".");
            }
          }
          default -> json.skipChildren();
        }
      }
    }
  }

  /** Of its own, as a function never needs it. */
  private static final class Time {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter
        .ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    static String text(long epochMillis) {
      return FORMAT.format(Instant.ofEpochMilli(epochMillis));
    }
  }
}
