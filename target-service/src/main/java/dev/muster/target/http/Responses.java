package dev.muster.target.http;

import dev.muster.target.api.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Makes of answers what Netty's encoder takes; bodies are not copied. Safe for use by many threads. */
final class Responses {
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("Content-Type");
  private static final AsciiString ALLOW = AsciiString.cached("Allow");
  private static final AsciiString DATE = AsciiString.cached("Date");
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length");
  private static final AsciiString CONNECTION = AsciiString.cached("Connection");
  private static final int GARBAGE_LENGTH = 64;

  // Nothing of a header here comes from a client.
  private static final HttpHeadersFactory HEADERS = DefaultHttpHeadersFactory.headersFactory()
      .withValidation(false);

  private final DateHeader date = new DateHeader();

  /** The head of an answer and, unless the request was a HEAD, its body. */
  FullHttpResponse whole(Answer answer, HttpRequest request, boolean keep) {
    byte[] body = body(answer, request);
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(answer),
        Unpooled.wrappedBuffer(body), headers(answer, body.length, request, keep),
        EmptyHttpHeaders.INSTANCE);
  }

  /** The head alone; the body that it announces follows. */
  HttpResponse head(Answer answer, HttpRequest request, boolean keep) {
    return new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(answer),
        headers(answer, body(answer, request).length, request, keep));
  }

  /** What follows the head; empty after a HEAD. */
  static byte[] body(Answer answer, HttpRequest request) {
    return request.method().equals(HttpMethod.HEAD) ? new byte[0] : answer.body();
  }

  /** A head that ends in its first line, as the bytes that they are. */
  static ByteBuf partOfHead(Answer answer) {
    return Unpooled.copiedBuffer(
        HttpVersion.HTTP_1_1 + " " + status(answer), StandardCharsets.US_ASCII);
  }

  /** Bytes that are not HTTP. */
  static ByteBuf garbage() {
    ByteBuf bytes = Unpooled.buffer(GARBAGE_LENGTH);
    for (int i = 0; i < GARBAGE_LENGTH; i++) {
      bytes.writeByte(0x15 + i * 0x25);
    }
    return bytes;
  }

  /** The word that a client awaits before it sends a body. */
  static FullHttpResponse goOn() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
  }

  private HttpHeaders headers(Answer answer, int length, HttpRequest request, boolean keep) {
    HttpHeaders headers = HEADERS.newHeaders().add(CONTENT_TYPE, answer.contentType());
    if (answer.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
      headers.add(ALLOW, answer.allow());
    }
    headers.add(DATE, date.now()).add(CONTENT_LENGTH, Integer.toString(length));
    if (!keep) {
      headers.add(CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!request.protocolVersion().isKeepAliveDefault()) {
      headers.add(CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    return headers;
  }

  private static HttpResponseStatus status(Answer answer) {
    return HttpResponseStatus.valueOf(answer.status());
  }
}
