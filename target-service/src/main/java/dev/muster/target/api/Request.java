package dev.muster.target.api;

/**
 * What a client asks for, as it was sent: nothing is decoded.
 *
 * @param method such as {@code GET}
 * @param path what stands before the first question mark
 * @param query what stands after it; empty without one
 */
public record Request(String method, String path, String query) {

  /** A request for {@code target}, the path and, after a question mark, the query. */
  public static Request of(String method, String target) {
    int mark = target.indexOf('?');
    return mark < 0
        ? new Request(method, target, "")
        : new Request(method, target.substring(0, mark), target.substring(mark + 1));
  }
}
