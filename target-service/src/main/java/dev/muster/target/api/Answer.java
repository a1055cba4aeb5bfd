package dev.muster.target.api;

import java.nio.charset.StandardCharsets;

/**
 * What a request is answered with. The bytes of its body are shared, not copied: nobody may write to
 * them.
 */
public final class Answer {
  /** The route of every request that falls under none. */
  public static final String OTHER = "other";

  private static final String GET = "GET";
  private static final String JSON = "application/json";

  private final String route;
  private final int status;
  private final String contentType;
  private final byte[] body;
  private final String allow;

  private Answer(String route, int status, String contentType, byte[] body, String allow) {
    this.route = route;
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.allow = allow;
  }

  /** A 200 in plain text. */
  public static Answer text(String route, String body) {
    return new Answer(route, 200, "text/plain; charset=utf-8",
        body.getBytes(StandardCharsets.UTF_8), GET);
  }

  /** A 200 in JSON. */
  public static Answer json(String route, byte[] body) {
    return new Answer(route, 200, JSON, body, GET);
  }

  /** A failure whose reason stands in {@code {"error": …}}. */
  public static Answer error(String route, int status, String reason) {
    return new Answer(route, status, JSON, Json.error(reason), GET);
  }

  /** A 405 for a route that has other methods, named as in {@code GET, PUT}. */
  public static Answer onlyWith(String allow, String route) {
    return new Answer(route, 405, JSON, Json.error("this address answers " + allow + " only"),
        allow);
  }

  /** What another process has answered, to be passed on as it is. */
  public static Answer passedOn(
      String route, int status, String contentType, byte[] body, String allow) {
    return new Answer(route, status, contentType, body, allow);
  }

  /** A 404 for a path that falls under no route. */
  public static Answer unknownRoute() {
    return error(OTHER, 404, "there is nothing at this address");
  }

  /** The pattern that the request's path fell under, {@link #OTHER} if under none. */
  public String route() {
    return route;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Of the body, for the header of this name. */
  public String contentType() {
    return contentType;
  }

  /** The bytes of the body; not to be written to. */
  public byte[] body() {
    return body;
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The methods that the route has, for the header of a 405. */
  public String allow() {
    return allow;
  }

  @Override
  public String toString() {
    return status + " " + text();
  }
}
