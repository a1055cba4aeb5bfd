package dev.muster.target.http;

import dev.muster.target.api.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Makes the bytes of answers, each in one buffer. Safe for use by many threads. */
final class AnswerEncoder {
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  // What nearly all answers begin with.
  private static final byte[] JSON_200 = ascii(beginning(200, "application/json"));
  private static final byte[] LENGTH = ascii("Content-Length: ");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n\r\n");
  private static final byte[] KEEP_OLD = ascii("Connection: keep-alive\r\n\r\n");
  private static final byte[] GARBAGE = garbage();
  private static final int ROOM_FOR_HEAD = 256;

  private final DateLine date = new DateLine();

  /** The head of an answer and, unless the request was a HEAD, its body. */
  ByteBuf whole(Answer answer, RequestHead request, boolean keep, ByteBufAllocator buffers) {
    byte[] body = body(answer, request);
    return head(answer, body.length, request, keep, buffers, body.length).writeBytes(body);
  }

  /** The head alone; the body of so many bytes follows. */
  ByteBuf head(Answer answer, RequestHead request, boolean keep, ByteBufAllocator buffers) {
    return head(answer, body(answer, request).length, request, keep, buffers, 0);
  }

  /** What of a whole answer is sent when it is cut short: half of its body, or else half of its head. */
  ByteBuf part(Answer answer, RequestHead request, ByteBufAllocator buffers) {
    ByteBuf whole = whole(answer, request, false, buffers);
    int bodyLength = body(answer, request).length;
    int head = whole.readableBytes() - bodyLength;
    return whole.writerIndex(bodyLength > 0 ? head + bodyLength / 2 : head / 2);
  }

  /** What follows the head; empty after a HEAD. */
  static byte[] body(Answer answer, RequestHead request) {
    return request.method().equals("HEAD") ? new byte[0] : answer.body();
  }

  /** Bytes that are not HTTP. */
  static ByteBuf garbage(ByteBufAllocator buffers) {
    return buffers.buffer(GARBAGE.length).writeBytes(GARBAGE);
  }

  /** The word that a client awaits before it sends a body. */
  static ByteBuf goOn(ByteBufAllocator buffers) {
    return buffers.buffer(CONTINUE.length).writeBytes(CONTINUE);
  }

  private ByteBuf head(Answer answer, int length, RequestHead request, boolean keep,
      ByteBufAllocator buffers, int room) {
    ByteBuf bytes = buffers.buffer(ROOM_FOR_HEAD + room);
    if (answer.status() == 200 && answer.contentType().equals("application/json")) {
      bytes.writeBytes(JSON_200);
    } else {
      bytes.writeBytes(ascii(beginning(answer.status(), answer.contentType())));
    }
    if (answer.status() == 405) {
      bytes.writeBytes(ascii("Allow: " + answer.allow() + "\r\n"));
    }
    var _ = bytes.writeCharSequence(date.now(), StandardCharsets.US_ASCII);
    bytes.writeBytes(LENGTH);
    writeNumber(bytes, length);
    bytes.writeBytes(LINE_END);
    return bytes.writeBytes(!keep ? CLOSE : request.isOld() ? KEEP_OLD : LINE_END);
  }

  private static void writeNumber(ByteBuf bytes, int number) {
    if (number >= 10) {
      writeNumber(bytes, number / 10);
    }
    bytes.writeByte('0' + number % 10);
  }

  private static String beginning(int status, String contentType) {
    return "HTTP/1.1 " + status + " " + phrase(status) + "\r\nContent-Type: " + contentType
        + "\r\n";
  }

  private static String phrase(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 417 -> "Expectation Failed";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      // A phrase may be empty, and nobody is to read it.
      default -> "";
    };
  }

  private static byte[] garbage() {
    byte[] bytes = new byte[64];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (0x15 + i * 0x25);
    }
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
