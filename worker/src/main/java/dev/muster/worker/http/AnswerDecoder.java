package dev.muster.worker.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's decoder of answers, which also tells whether bytes have come that belong to none. */
final class AnswerDecoder extends HttpResponseDecoder {

  private static final HttpDecoderConfig LIMITS = new HttpDecoderConfig()
      .setMaxInitialLineLength(16 * 1024)
      .setMaxHeaderSize(256 * 1024)
      .setMaxChunkSize(64 * 1024);

  AnswerDecoder() {
    super(LIMITS);
  }

  /** Whether bytes have come that are not read yet. After a whole answer nobody has asked for them. */
  boolean holdsMore() {
    return actualReadableBytes() > 0;
  }
}
