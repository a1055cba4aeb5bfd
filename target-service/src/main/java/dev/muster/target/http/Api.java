package dev.muster.target.http;

/** What a listener answers with. Safe for use by many threads. */
@FunctionalInterface
public interface Api {
  /**
   * The answer to one request; never an exception for anything that a client can send.
   *
   * @param method as sent, such as {@code GET}
   * @param path as sent, not decoded, without the query
   */
  Answer answer(String method, String path);
}
