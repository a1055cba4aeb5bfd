package dev.muster.target.http;

/**
 * What a request is answered with.
 *
 * @param route the pattern that the request's path fell under, {@link #OTHER} if under none
 * @param status the HTTP status
 * @param contentType of the body
 * @param body as text
 * @param allow the method that the route has, for the header of a 405
 */
public record Answer(String route, int status, String contentType, String body, String allow) {
  /** The route of every request that falls under none. */
  public static final String OTHER = "other";

  private static final String GET = "GET";
  private static final String JSON = "application/json";

  /** A 200 in plain text. */
  public static Answer text(String route, String body) {
    return new Answer(route, 200, "text/plain; charset=utf-8", body, GET);
  }

  /** A 200 in JSON. */
  public static Answer json(String route, String body) {
    return new Answer(route, 200, JSON, body, GET);
  }

  /** A failure whose reason stands in {@code {"error": …}}. */
  public static Answer error(String route, int status, String reason) {
    return new Answer(route, status, JSON, Json.error(reason), GET);
  }

  /** A 405 for a route that has another method. */
  public static Answer onlyWith(String allow, String route) {
    var body = Json.error("this address answers " + allow + " only");
    return new Answer(route, 405, JSON, body, allow);
  }

  /** A 404 for a path that falls under no route. */
  public static Answer unknownRoute() {
    return error(OTHER, 404, "there is nothing at this address");
  }
}
