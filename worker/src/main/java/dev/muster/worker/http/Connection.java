package dev.muster.worker.http;

import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * A connection and the exchange that is on it, one at a time. It reads answers and tells its owner
 * when one is whole or can no longer become so. For its event loop's thread.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  /** Who uses a connection. */
  interface Owner {

    /** A whole answer has come. {@code reusable}: both sides let the connection stay open. */
    void answered(Connection connection, Exchange exchange, int status, long bodyBytes,
        boolean reusable);

    /** The exchange on the connection cannot end well any more; the connection is of no more use. */
    void failed(Connection connection, Exchange exchange, FailureKind kind);
  }

  private final Channel channel;
  private final Owner owner;
  private final AnswerDecoder decoder = new AnswerDecoder();

  private @Nullable Exchange exchange;
  private ByteBuf request = Unpooled.EMPTY_BUFFER;
  private int status;
  private long bodyBytes;
  private boolean inAnswer;
  private boolean informational;
  private boolean keepAlive;

  Connection(Channel channel, Owner owner) {
    this.channel = channel;
    this.owner = owner;
  }

  Channel channel() {
    return channel;
  }

  /** What reads the answers for it, to stand before it in the channel's pipeline. */
  AnswerDecoder decoder() {
    return decoder;
  }

  /** Whether a request can be written to it. */
  boolean isIdle() {
    return exchange == null && isClean();
  }

  /** Bytes that nobody has asked for would be taken for the next answer's. */
  private boolean isClean() {
    return channel.isActive() && !decoder.holdsMore();
  }

  /** Whether {@code candidate} is the exchange on it. */
  boolean expects(Exchange candidate) {
    return exchange == candidate;
  }

  /** The next answer is that of {@code next}, whose bytes it keeps until they can be written. */
  void expect(Exchange next, ByteBuf bytes) {
    exchange = next;
    request = bytes;
    inAnswer = false;
  }

  /** The bytes to write for the exchange that is on it; the caller's to release. */
  ByteBuf takeRequest() {
    ByteBuf bytes = request;
    request = Unpooled.EMPTY_BUFFER;
    return bytes;
  }

  /** Closes the connection; whatever still comes is of no interest. */
  void close() {
    exchange = null;
    takeRequest().release();
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        readHead(response);
      }
      if (message instanceof HttpContent content) {
        readContent(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void readHead(HttpResponse response) {
    if (exchange == null) {
      // An answer to nothing: whatever else is on the wire cannot be trusted.
      close();
      return;
    }
    if (response.decoderResult().isFailure()
        || response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      // Nobody asked to switch protocols, and what follows would be no HTTP.
      fail(channel.isActive() ? FailureKind.BAD_RESPONSE : FailureKind.CLOSED_EARLY);
      return;
    }
    // What precedes the answer, such as 103 Early Hints.
    informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (!informational) {
      status = response.status().code();
      keepAlive = HttpUtil.isKeepAlive(response);
      bodyBytes = 0;
      inAnswer = true;
    }
  }

  private void readContent(HttpContent content) {
    if (informational) {
      informational = !(content instanceof LastHttpContent);
      return;
    }
    if (!inAnswer) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      fail(channel.isActive() ? FailureKind.BAD_RESPONSE : FailureKind.CLOSED_EARLY);
      return;
    }
    bodyBytes += content.content().readableBytes();
    if (content instanceof LastHttpContent) {
      Exchange ended = exchange;
      exchange = null;
      inAnswer = false;
      if (ended != null) {
        owner.answered(this, ended, status, bodyBytes, keepAlive && isClean());
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(FailureKind.CLOSED_EARLY);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(Failures.kindOf(cause));
  }

  /** Ends the exchange that is on the connection, if one is, and closes it. */
  void fail(FailureKind kind) {
    Exchange ended = exchange;
    close();
    if (ended != null) {
      owner.failed(this, ended, kind);
    }
  }
}
