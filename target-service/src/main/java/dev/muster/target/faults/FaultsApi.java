package dev.muster.target.faults;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Request;
import dev.muster.target.data.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The faults on the admin address: {@code GET /faults} shows them, {@code PUT /faults?fail=1%25}
 * replaces all of them, {@code DELETE /faults} turns all off. What is asked for at any other path is
 * asked of the rest.
 */
public final class FaultsApi implements Api {
  private static final String FAULTS = "/faults";

  private final LiveFaults live;
  private final Api rest;

  /** The API of these faults before {@code rest}. */
  public FaultsApi(LiveFaults live, Api rest) {
    this.live = live;
    this.rest = rest;
  }

  @Override
  public Answer answer(Request request) {
    if (!request.path().equals(FAULTS)) {
      return rest.answer(request);
    }
    return switch (request.method()) {
      case "GET" -> shown();
      case "PUT" -> {
        try {
          live.change(Faults.of(settings(request.query())));
        } catch (FaultSyntaxException e) {
          yield Answer.error(FAULTS, 400, String.valueOf(e.getMessage()));
        }
        yield shown();
      }
      case "DELETE" -> {
        live.change(Faults.NONE);
        yield shown();
      }
      default -> Answer.onlyWith("GET, PUT, DELETE", FAULTS);
    };
  }

  private Answer shown() {
    var settings = live.faults().settings();
    return Answer.json(FAULTS,
        JsonBytes.object(json -> settings.forEach(json::writeStringProperty)));
  }

  private static Map<String, String> settings(String query) {
    var settings = new LinkedHashMap<String, String>();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
      String value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
      if (!parameter.isEmpty() && settings.put(name, value) != null) {
        throw new FaultSyntaxException(name + " is given twice; give it once");
      }
    }
    return settings;
  }

  // The text comes as it was sent, each byte one character. A percent sign that begins no code stands
  // for itself, as in fail=1%, and so does a plus, as in 27ms+-5ms.
  private static String decoded(String sent) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < sent.length(); i++) {
      int code = sent.charAt(i) == '%' ? code(sent, i + 1) : -1;
      bytes.write(code < 0 ? sent.charAt(i) : code);
      i += code < 0 ? 0 : 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int code(String sent, int at) {
    if (at + 2 > sent.length()) {
      return -1;
    }
    int high = Character.digit(sent.charAt(at), 16);
    int low = Character.digit(sent.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
