package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.document.NearestWord;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Texts that are fixed when a plan is read: names, words to choose from, the target. */
public final class Texts {

  private static final int NAME_MAX = 200;
  static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.-]{0,199}";

  private Texts() {}

  /** A name that can also be part of a file's name. */
  public static Type<String> name() {
    var schema = Json.object("type", List.of("string", "number"), "pattern",
        "^" + NAME_PATTERN + "$");
    return new Word<>("a name of letters, digits, _, - and .", schema, Texts::checkName);
  }

  static String checkName(String text) throws Misfit {
    checkLength(text);
    if (!text.matches(NAME_PATTERN)) {
      throw new Misfit(Cursor.quoted(text) + " is not a name",
          "expected letters, digits, _, - and ., beginning with a letter or digit");
    }
    return text;
  }

  /** The name of a request, as reports show it. */
  static Type<String> requestName() {
    var schema = Json.object("type", List.of("string", "number"), "maxLength", NAME_MAX);
    schema.put("minLength", 1);
    return new Word<>("a name such as /customers/{id}", schema, text -> {
      checkLength(text);
      if (text.isBlank()) {
        throw new Misfit("is blank", "");
      }
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new Misfit(Cursor.quoted(text) + " holds a control character", "");
      }
      return text;
    });
  }

  static void checkLength(String name) throws Misfit {
    if (name.length() > NAME_MAX) {
      throw new Misfit("has " + name.length() + " characters", "expected at most " + NAME_MAX);
    }
  }

  /** One of a few words, each with what it stands for. */
  public static <T> Type<T> choice(Map<String, T> words) {
    var known = new LinkedHashMap<>(words);
    String expected = "one of " + String.join(", ", known.keySet());
    var values = new LinkedHashSet<Object>(known.keySet());
    known.keySet().forEach(word -> values.add(asYaml(word)));
    return new Word<>(expected, Json.object("enum", List.copyOf(values)), text -> {
      T value = known.get(text);
      if (value == null) {
        throw new Misfit(Cursor.quoted(text) + " is not known here", "expected " + expected
            + NearestWord.question(text, known.keySet()).map(q -> "; " + q).orElse(""));
      }
      return value;
    });
  }

  /** What an editor takes the word for: no text where it is a number or a truth value. */
  private static Object asYaml(String word) {
    if (word.equals("true") || word.equals("false")) {
      return Boolean.valueOf(word);
    }
    return word.matches("[0-9]+(\\.[0-9]+)?") ? new BigDecimal(word) : word;
  }

  /** Where requests go: scheme, host and port. */
  public static Type<URI> target() {
    return Word.matching("an address such as http://localhost:10000", "https?://[^/?#@\\s]+",
        Texts::target);
  }

  private static URI target(String text) throws Misfit {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Misfit(Cursor.quoted(text) + " is not an address", "");
    }
    String scheme = uri.getScheme();
    if (scheme == null || !text.contains("://")) {
      throw new Misfit(Cursor.quoted(text) + " has no scheme", "write http://" + text);
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new Misfit("the scheme " + Cursor.quoted(scheme) + " is not known",
          "expected http or https"
              + NearestWord.question(scheme, List.of("http", "https"))
                  .map(q -> "; " + q)
                  .orElse(""));
    }
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw new Misfit(Cursor.quoted(text) + " has no host", "");
    }
    if (authority.contains("@")) {
      throw new Misfit("holds a user's name or password", "send an Authorization header instead");
    }
    if (text.length() > scheme.length() + 3 + authority.length()) {
      throw new Misfit("holds more than scheme, host and port",
          "write " + scheme + "://" + authority + "; paths belong to the requests");
    }
    if (uri.getHost() == null) {
      throw new Misfit(Cursor.quoted(authority) + " is not a host and port", "");
    }
    boolean portWritten = authority.lastIndexOf(':') > authority.lastIndexOf(']');
    if (portWritten && (uri.getPort() < 1 || uri.getPort() > 65_535)) {
      throw new Misfit(Cursor.quoted(authority) + " has no valid port", "expected 1 to 65535");
    }
    return uri;
  }
}
