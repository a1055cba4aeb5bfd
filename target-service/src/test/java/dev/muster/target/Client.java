package dev.muster.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that sends exactly the bytes it is told to, each request on a connection of its own. */
record Client(int port) {
  private static final JsonMapper JSON = new JsonMapper();

  /** An answer, taken apart. */
  record Reply(int status, String head, String body) {
    JsonNode json() {
      return JSON.readTree(body);
    }
  }

  /** The answer to a GET of this target, which is put on the wire as it is. */
  Reply get(String target) throws IOException {
    return ask("GET", target);
  }

  /** The answer to a request without a body; returns when the server has closed. */
  Reply ask(String method, String target) throws IOException {
    return send(request(method, target, "Connection: close\r\n"));
  }

  /** All that the server sends in return for these bytes until it closes. */
  Reply send(String bytes) throws IOException {
    try (var socket = open()) {
      write(socket, bytes);
      return parse(readToEnd(socket));
    }
  }

  Socket open() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  static String request(String method, String target, String headers) {
    return method + " " + target + " HTTP/1.1\r\nHost: target\r\n" + headers + "\r\n";
  }

  static void write(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
  }

  static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** One answer from a connection that stays open. */
  static Reply readOne(Socket socket) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed after: " + text);
      }
      text.append((char) next);
    }
    var head = parse(text.toString()).head();
    var length = head.lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .findFirst()
        .orElseThrow()
        .substring("Content-Length: ".length());
    var body = socket.getInputStream().readNBytes(Integer.parseInt(length));
    return parse(text + new String(body, StandardCharsets.UTF_8));
  }

  private static Reply parse(String text) {
    int blank = text.indexOf("\r\n\r\n");
    if (blank < 0) {
      throw new IllegalStateException("not an answer: " + text);
    }
    int status = Integer.parseInt(text.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    return new Reply(status, text.substring(0, blank), text.substring(blank + 4));
  }
}
