package dev.muster.target.http;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.FaultCount;
import dev.muster.target.faults.Faults;
import dev.muster.target.http.Cutoff.Wait;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its accepting to its end: reads one request after another, has each answered
 * before it looks at the next, and is cut off when it comes no further. For its event loop.
 *
 * <pre>
 *   READING ── request whole ──► ANSWERING ── answer handed over ──► LAST ── all written ──► GONE
 *      ▲                             │
 *      └── answer handed over, kept ─┘
 * </pre>
 */
final class Connection extends ChannelInboundHandlerAdapter {
  /** What a connection is told when its listener closes: to end as soon as it can. */
  static final Object FINISH = new Object();

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final Service service;
  private final Channel channel;
  private final Cutoff cutoff;
  private final Outbox outbox;
  private final RequestDecoder decoder;
  private final RequestRules rules = new RequestRules();
  // The decoder hands on all that one read has brought, which is taken when its turn comes.
  private final Queue<HttpObject> inbox = new ArrayDeque<>();

  private Stage stage = Stage.READING;
  // Something came to its end since the wait began, so that a wait of the same kind begins anew.
  private boolean moved;
  private HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
  private @Nullable TroubledRequest trouble;
  private boolean troubled;
  private boolean proceeding;
  private boolean inputEnded;
  // Bytes came that belong to no request that is answered.
  private boolean unread;
  private boolean finishing;

  private enum Stage {
    READING, ANSWERING, LAST, GONE
  }

  Connection(Service service, Channel channel, RequestDecoder decoder) {
    this.service = service;
    this.channel = channel;
    this.decoder = decoder;
    this.cutoff = new Cutoff(channel, service.manners());
    this.outbox = new Outbox(channel, service.faults(), this::written);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    inbox.add((HttpObject) message);
    switch (stage) {
      case READING -> proceed();
      case ANSWERING -> channel.config().setAutoRead(false);
      case LAST, GONE -> drop();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!outbox.isFull()) {
      proceed();
      flush();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (stage == Stage.LAST) {
        end();
      } else {
        proceed();
        flush();
      }
    } else if (event == FINISH) {
      finishing = true;
      proceed();
      flush();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("a connection is closed", cause);
    }
    close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cutoff.cancel();
    if (stage == Stage.ANSWERING) {
      var _ = service.faults().count(FaultCount.ABANDONED);
      if (trouble != null) {
        service.faults().remove(trouble);
      }
    }
    stage = Stage.GONE;
    drop();
  }

  boolean isGone() {
    return stage == Stage.GONE;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  /** Finds the answer to the present request, and then goes on with it. */
  void ask(Consumer<Answer> then) {
    var asked = request;
    if (!service.waits()) {
      then.accept(service.answer(asked));
      return;
    }
    var _ = Thread.startVirtualThread(() -> {
      var answer = service.answer(asked);
      try {
        loop().execute(() -> then.accept(answer));
      } catch (RejectedExecutionException e) {
        LOG.debug("the listener closed before an answer was found", e);
      }
    });
  }

  /** From now on the present request takes its time because of a fault, or no longer. */
  void troubled(boolean on) {
    troubled = on;
    cutoff.waitFor(on ? Wait.FAULT : Wait.ANSWER, true);
  }

  /** Answers the present request. */
  void send(Answer answer) {
    if (stage == Stage.ANSWERING) {
      boolean keep = keeps();
      hand(service.responses().whole(answer, request, keep),
          service.counts().answered(answer.route(), answer.status()), keep);
    }
  }

  /** Begins to answer the present request, and closes in the middle of it. */
  void sendPart(Answer answer, Counts.Counted counted) {
    byte[] body = Responses.body(answer, request);
    if (body.length == 0) {
      sendRaw(Responses.partOfHead(answer), counted);
    } else {
      outbox.add(service.responses().head(answer, request, false));
      hand(new DefaultHttpContent(Unpooled.wrappedBuffer(body, 0, body.length / 2)), counted,
          false);
    }
  }

  /** Answers the present request with what is not HTTP, and closes. */
  void sendGarbage(Counts.Counted counted) {
    sendRaw(Responses.garbage(), counted);
  }

  /** Whether the answer to the present request has a body. */
  boolean wantsBody() {
    return !request.method().equals(HttpMethod.HEAD);
  }

  /** Answers the present request with a head alone; {@link #sendBody} sends the rest. */
  void sendHead(Answer answer) {
    outbox.add(service.responses().head(answer, request, keeps()));
    flush();
  }

  /** Sends a part of the body of {@code answer}; with its end the answer is whole. */
  void sendBody(Answer answer, int from, int to) {
    byte[] body = answer.body();
    ByteBuf part = Unpooled.wrappedBuffer(body, from, to - from);
    if (to < body.length) {
      outbox.add(new DefaultHttpContent(part));
      flush();
    } else {
      hand(new DefaultLastHttpContent(part),
          service.counts().answered(answer.route(), answer.status()), keeps());
    }
  }

  // Takes requests as long as each can be answered at once. Whoever calls it flushes afterwards.
  private void proceed() {
    proceeding = true;
    try {
      while (stage == Stage.READING && !outbox.isFull() && !inbox.isEmpty()) {
        var part = inbox.remove();
        try {
          take(part);
        } finally {
          var _ = ReferenceCountUtil.release(part);
        }
      }
    } finally {
      proceeding = false;
    }
    boolean dry = stage == Stage.READING && !outbox.isFull();
    if (dry && (inputEnded || (finishing && !hasPart()))) {
      stage = Stage.LAST;
      end();
    } else if (stage == Stage.READING && !inputEnded && channel.config().isAutoRead() != dry) {
      channel.config().setAutoRead(dry);
    }
  }

  private void take(HttpObject part) {
    if (part.decoderResult().cause() instanceof PrematureChannelClosureException) {
      // A client that ends within a request gets no answer to it.
      return;
    }
    if (part instanceof HttpRequest head) {
      request = head;
    }
    var refusal = rules.refusal(part);
    if (refusal != null) {
      unread = true;
      arrive();
      send(refusal);
    } else if (part instanceof LastHttpContent) {
      arrive();
      begin();
    } else if (part instanceof HttpRequest && HttpUtil.is100ContinueExpected(request)) {
      outbox.add(Responses.goOn());
    }
  }

  private void begin() {
    if (service.faults().faults().equals(Faults.NONE)) {
      ask(this::send);
    } else {
      troubled(true);
      trouble = new TroubledRequest(this, service);
      service.faults().enter(trouble);
    }
  }

  private void arrive() {
    moved = true;
    service.counts().arrived();
    stage = Stage.ANSWERING;
  }

  private boolean keeps() {
    return service.manners().keepAlive() && HttpUtil.isKeepAlive(request) && !finishing && !unread
        && (!inputEnded || !inbox.isEmpty());
  }

  private boolean hasPart() {
    return decoder.hasPart() || !inbox.isEmpty();
  }

  private void drop() {
    while (!inbox.isEmpty()) {
      unread = true;
      var _ = ReferenceCountUtil.release(inbox.remove());
    }
  }

  private void sendRaw(ByteBuf bytes, Counts.Counted counted) {
    var _ = channel.pipeline().remove(HttpResponseEncoder.class);
    hand(bytes, counted, false);
  }

  private void hand(Object end, Counts.Counted counted, boolean keep) {
    stage = keep ? Stage.READING : Stage.LAST;
    if (!keep) {
      drop();
    }
    trouble = null;
    troubled = false;
    moved = true;
    outbox.add(end, counted);
    if (!proceeding) {
      proceed();
      flush();
    }
  }

  private void flush() {
    outbox.flush();
    settle();
  }

  private void written() {
    moved = true;
    if (stage == Stage.LAST) {
      end();
    }
    settle();
  }

  // Ends the connection once all answers are written.
  private void end() {
    if (!outbox.isEmpty()) {
      return;
    }
    if (inputEnded || (!unread && !hasPart())) {
      close();
    } else {
      // Closing with bytes unread would reset the connection, and the client could lose its answer.
      var _ = ((DuplexChannel) channel).shutdownOutput();
      channel.config().setAutoRead(true);
    }
  }

  private void close() {
    var _ = channel.close();
  }

  // Whoever changed something says here at its end what is waited for now.
  private void settle() {
    if (stage == Stage.GONE || troubled) {
      return;
    }
    boolean answering = stage == Stage.ANSWERING || !outbox.isEmpty();
    boolean idle = stage == Stage.READING && !hasPart()
        && (moved || cutoff.waitsFor(Wait.NEXT_REQUEST));
    cutoff.waitFor(answering ? Wait.ANSWER : idle ? Wait.NEXT_REQUEST : Wait.REQUEST, moved);
    moved = false;
  }
}
