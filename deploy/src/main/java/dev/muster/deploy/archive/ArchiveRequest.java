package dev.muster.deploy.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * What somebody asks of the server of the distribution.
 *
 * @param method empty, as {@code target}, for what is no request
 */
record ArchiveRequest(String method, String target) {

  private static final int MOST_BYTES = 8 << 10;

  /** The end of one line and another: CR, LF, CR, LF. */
  private static final int EMPTY_LINE = 0x0d0a0d0a;

  private static final ArchiveRequest NONE = new ArchiveRequest("", "");

  /**
   * Reads the request and its headers, which tell nothing of use here.
   *
   * @throws IOException if the connection ends before
   */
  static ArchiveRequest read(InputStream in) throws IOException {
    var head = new StringBuilder();
    int lastFour = 0;
    while (lastFour != EMPTY_LINE) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended within a request");
      }
      if (head.length() >= MOST_BYTES) {
        return NONE;
      }
      head.append((char) next);
      lastFour = lastFour << Byte.SIZE | next;
    }
    return of(head.substring(0, head.indexOf("\r\n")));
  }

  private static ArchiveRequest of(String line) {
    String[] words = line.split(" ", -1);
    return words.length == 3 && words[2].matches("HTTP/1\\.[01]") && !words[0].isEmpty()
        ? new ArchiveRequest(words[0], words[1])
        : NONE;
  }

  boolean isFor(String path) {
    return target.equals(path) && (method.equals("GET") || method.equals("HEAD"));
  }

  boolean wantsContent() {
    return method.equals("GET");
  }

  /** How a server that has a file at {@code path}, and nothing else, answers. */
  String status(String path) {
    if (method.isEmpty()) {
      return "400 Bad Request";
    }
    if (!target.equals(path)) {
      return "404 Not Found";
    }
    return isFor(path) ? "200 OK" : "405 Method Not Allowed";
  }
}
