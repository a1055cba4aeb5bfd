package dev.muster.target.lambda;

import dev.muster.target.api.Answer;
import dev.muster.target.data.JsonBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** An answer as a function hands it to an HTTP API of API Gateway. */
final class GatewayResponse {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int METHOD_NOT_ALLOWED = 405;

  private @Nullable String errorType;
  private int status;
  private String contentType = "application/json";
  private String allow = "GET";
  private String body = "";

  private GatewayResponse() {}

  static byte[] write(Answer answer) {
    return JsonBytes.object(json -> {
      json.writeNumberProperty("statusCode", answer.status());
      json.writeObjectPropertyStart("headers");
      json.writeStringProperty("content-type", answer.contentType());
      if (answer.status() == METHOD_NOT_ALLOWED) {
        json.writeStringProperty("allow", answer.allow());
      }
      json.writeEndObject();
      json.writeStringProperty("body", answer.text());
      json.writeBooleanProperty("isBase64Encoded", false);
    });
  }

  /**
   * The answer in a response to a request of this route.
   *
   * @throws IOException if it is none, or an error of the function
   */
  static Answer read(byte[] response, String route) throws IOException {
    var seen = new GatewayResponse();
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), response)) {
      seen.readObject(json);
    } catch (JacksonException e) {
      throw new IOException("the function's response is not JSON", e);
    }
    if (seen.errorType != null) {
      throw new IOException("the function failed with " + seen.errorType);
    }
    if (seen.status == 0) {
      throw new IOException("the function's response has no statusCode");
    }
    return Answer.passedOn(route, seen.status, seen.contentType,
        seen.body.getBytes(StandardCharsets.UTF_8), seen.allow);
  }

  private void readObject(JsonParser json) {
    json.nextToken();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "statusCode" -> status = json.getIntValue();
        case "body" -> body = json.getString();
        case "errorType" -> errorType = json.getString();
        case "headers" -> {
          if (value == JsonToken.START_OBJECT) {
            readHeaders(json);
          }
        }
        default -> json.skipChildren();
      }
    }
  }

  private void readHeaders(JsonParser json) {
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName().toLowerCase(Locale.ROOT);
      json.nextToken();
      switch (name) {
        case "content-type" -> contentType = json.getString();
        case "allow" -> allow = json.getString();
        default -> json.skipChildren();
      }
    }
  }
}
