package dev.muster.worker.http;

import dev.muster.worker.http.AnswerFramer.Progress;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not as nearly all are, read by Netty's decoder: HTTP/1.0, what precedes an answer,
 * folded headers, codings in a list, very long heads, and whatever is no answer at all. For one thread.
 */
final class OddAnswer {

  private static final HttpDecoderConfig LIMITS = new HttpDecoderConfig()
      .setMaxInitialLineLength(16 * 1024)
      .setMaxHeaderSize(256 * 1024)
      .setMaxChunkSize(64 * 1024);

  /** Netty's decoder, which also tells whether bytes have come that belong to no answer. */
  private static final class Decoder extends HttpResponseDecoder {

    Decoder() {
      super(LIMITS);
    }

    boolean holdsMore() {
      return actualReadableBytes() > 0;
    }
  }

  private final Decoder decoder = new Decoder();
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);
  private final @Nullable KeptBody kept;
  private Progress progress = Progress.PART;
  private boolean informational;
  private boolean keepAlive;
  private boolean followed;
  private int status;
  private long bodyBytes;

  /** @param kept takes the body, or null */
  OddAnswer(@Nullable KeptBody kept) {
    this.kept = kept;
  }

  int status() {
    return status;
  }

  long bodyBytes() {
    return bodyBytes;
  }

  boolean leavesOpen() {
    return keepAlive && !followed && !decoder.holdsMore();
  }

  /** Reads on, in the bytes from {@code from} to below {@code to}. */
  Progress read(ByteBuffer bytes, int from, int to) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes.slice(from, to - from)));
    readMessages();
    return progress;
  }

  /** The connection has ended; whether that makes the answer whole. */
  boolean endsWell() {
    channel.finish();
    readMessages();
    return progress == Progress.WHOLE;
  }

  void close() {
    channel.finishAndReleaseAll();
  }

  private void readMessages() {
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      try {
        followed |= progress == Progress.WHOLE;
        if (progress == Progress.PART && message instanceof HttpResponse response) {
          readHead(response);
        }
        if (progress == Progress.PART && message instanceof HttpContent content) {
          readContent(content);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }
  }

  private void readHead(HttpResponse response) {
    status = response.status().code();
    // Nobody asked to switch protocols, and what follows would be no HTTP.
    if (response.decoderResult().isFailure()
        || status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      progress = Progress.NONE;
      return;
    }
    // What precedes the answer, such as 103 Early Hints.
    informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    keepAlive = HttpUtil.isKeepAlive(response);
  }

  private void readContent(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      progress = Progress.NONE;
      return;
    }
    if (kept != null && !informational) {
      ByteBuffer body = content.content().nioBuffer();
      kept.add(body, body.position(), body.remaining());
    }
    bodyBytes += content.content().readableBytes();
    if (content instanceof LastHttpContent) {
      if (informational) {
        informational = false;
      } else {
        progress = Progress.WHOLE;
      }
    }
  }
}
