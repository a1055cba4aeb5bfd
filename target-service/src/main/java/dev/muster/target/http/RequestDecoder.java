package dev.muster.target.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Netty's decoder of requests, which also tells whether one of them has begun. */
final class RequestDecoder extends HttpRequestDecoder {
  /** The longest first line, in bytes. */
  static final int MAX_FIRST_LINE = 8_192;

  /** The most bytes that all headers, and all trailers, may have. */
  static final int MAX_HEADERS = 16_384;

  private static final HttpDecoderConfig LIMITS = new HttpDecoderConfig()
      .setMaxInitialLineLength(MAX_FIRST_LINE)
      .setMaxHeaderSize(MAX_HEADERS);

  private boolean inRequest;

  RequestDecoder() {
    super(LIMITS);
  }

  /** Whether bytes have come that belong to no request that was handed on whole. */
  boolean hasPart() {
    return inRequest || actualReadableBytes() > 0;
  }

  @Override
  protected HttpMessage createMessage(String[] firstLine) throws Exception {
    inRequest = true;
    return super.createMessage(firstLine);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> parts)
      throws Exception {
    super.decode(context, bytes, parts);
    if (!parts.isEmpty()) {
      inRequest = !(parts.getLast() instanceof LastHttpContent);
    }
  }
}
