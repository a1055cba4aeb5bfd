package dev.muster.target.http;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Request;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/**
 * What a request must keep to beyond what Netty's decoder asks of it. For the requests of one
 * connection, and its event loop.
 */
final class RequestRules {
  /** The longest body, in bytes. */
  static final int MAX_BODY = 65_536;

  private static final String HTTP = "http://";

  private long bodyBytes;

  /**
   * The answer to a request that cannot be taken because of this part of it, or null if it can. Nothing
   * after such a request can be read.
   */
  @Nullable
  Answer refusal(HttpObject part) {
    if (part instanceof HttpRequest head) {
      bodyBytes = 0;
      return ofHead(head);
    }
    bodyBytes += ((HttpContent) part).content().readableBytes();
    return part.decoderResult().isFailure()
        ? unreadable(part.decoderResult())
        : bodyBytes > MAX_BODY ? bodyTooLong() : null;
  }

  /** The question that a request asks. */
  static Request question(HttpRequest request) {
    return Request.of(request.method().name(), originForm(request.uri()));
  }

  private static @Nullable Answer ofHead(HttpRequest head) {
    var headers = head.headers();
    // Ahead of what the decoder says: to it, such a body has no end.
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && !HttpHeaderValues.CHUNKED
        .contentEqualsIgnoreCase(headers.get(HttpHeaderNames.TRANSFER_ENCODING))) {
      return refused(501, "only chunked is known as a transfer encoding");
    }
    if (head.decoderResult().isFailure()) {
      return unreadable(head.decoderResult());
    }
    if (head.protocolVersion().majorVersion() != 1) {
      return refused(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    boolean old = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    int hosts = headers.getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && !old)) {
      return refused(400, "the request must have one Host header");
    }
    if (!old && headers.contains(HttpHeaderNames.EXPECT)
        && !HttpUtil.is100ContinueExpected(head)) {
      return refused(417, "only 100-continue can be expected");
    }
    return HttpUtil.getContentLength(head, 0L) > MAX_BODY ? bodyTooLong() : null;
  }

  private static Answer unreadable(DecoderResult result) {
    return switch (result.cause()) {
      case TooLongHttpLineException _ -> refused(414, "the first line of the request is too long");
      case TooLongHttpHeaderException _ -> refused(431, "the headers of the request are too long");
      default -> refused(400, "the request cannot be read: " + result.cause().getMessage());
    };
  }

  private static Answer bodyTooLong() {
    return refused(413, "a body has at most " + MAX_BODY + " bytes");
  }

  private static Answer refused(int status, String reason) {
    return Answer.error(Answer.OTHER, status, reason);
  }

  // What a client sends to a proxy is the same question with the server's own name before it.
  private static String originForm(String target) {
    if (!target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return target;
    }
    int path = target.indexOf('/', HTTP.length());
    return path < 0 ? "/" : target.substring(path);
  }
}
