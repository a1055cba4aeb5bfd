package dev.muster.target.data;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** JSON as bytes in UTF-8. */
public final class JsonBytes {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonBytes() {}

  /** An object with what {@code properties} writes into it. */
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
