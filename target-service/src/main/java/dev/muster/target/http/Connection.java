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
import java.io.IOException;
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
  private final RequestReader reader = new RequestReader();

  private Stage stage = Stage.READING;
  // Something came to its end since the wait began, so that a wait of the same kind begins anew.
  private boolean moved;
  private RequestHead request = new RequestHead();
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

  Connection(Service service, Channel channel) {
    this.service = service;
    this.channel = channel;
    this.cutoff = new Cutoff(channel, service.manners());
    this.outbox = new Outbox(channel, service.faults(), this::written);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var in = (ByteBuf) message;
    try {
      if (stage == Stage.LAST) {
        unread = true;
        return;
      }
      byte[] bytes = new byte[in.readableBytes()];
      in.readBytes(bytes);
      reader.offer(bytes);
    } finally {
      in.release();
    }
    if (stage == Stage.READING) {
      proceed();
    } else {
      channel.config().setAutoRead(false);
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
      hand(service.encoder().whole(answer, request, keep, channel.alloc()),
          service.counts().answered(answer.route(), answer.status()), keep);
    }
  }

  /** Begins to answer the present request, and closes in the middle of it. */
  void sendPart(Answer answer, Counts.Counted counted) {
    hand(service.encoder().part(answer, request, channel.alloc()), counted, false);
  }

  /** Answers the present request with what is not HTTP, and closes. */
  void sendGarbage(Counts.Counted counted) {
    hand(AnswerEncoder.garbage(channel.alloc()), counted, false);
  }

  /** Whether the answer to the present request has a body. */
  boolean wantsBody() {
    return !request.method().equals("HEAD");
  }

  /** Answers the present request with a head alone; {@link #sendBody} sends the rest. */
  void sendHead(Answer answer) {
    outbox.add(service.encoder().head(answer, request, keeps(), channel.alloc()));
    flush();
  }

  /** Sends a part of the body of {@code answer}; with its end the answer is whole. */
  void sendBody(Answer answer, int from, int to) {
    byte[] body = answer.body();
    ByteBuf part = Unpooled.wrappedBuffer(body, from, to - from);
    if (to < body.length) {
      outbox.add(part);
      flush();
    } else {
      hand(part, service.counts().answered(answer.route(), answer.status()), keeps());
    }
  }

  // Takes requests as long as each can be answered at once. Whoever calls it flushes afterwards.
  private void proceed() {
    proceeding = true;
    try {
      while (stage == Stage.READING && !outbox.isFull() && takesNext()) {
        moved = true;
      }
    } catch (RefusedException e) {
      unread = true;
      request = new RequestHead();
      arrive();
      send(Answer.error(Answer.OTHER, e.status(), String.valueOf(e.getMessage())));
    } finally {
      proceeding = false;
    }
    boolean dry = stage == Stage.READING && !outbox.isFull();
    if (dry && (inputEnded || (finishing && !reader.hasPart()))) {
      stage = Stage.LAST;
      end();
    } else if (stage == Stage.READING && !inputEnded && channel.config().isAutoRead() != dry) {
      channel.config().setAutoRead(dry);
    }
  }

  private boolean takesNext() throws RefusedException {
    var next = reader.next();
    if (next == null) {
      if (reader.mustSayContinue()) {
        outbox.add(AnswerEncoder.goOn(channel.alloc()));
      }
      return false;
    }
    request = next;
    arrive();
    if (service.faults().faults().equals(Faults.NONE)) {
      ask(this::send);
    } else {
      troubled(true);
      trouble = new TroubledRequest(this, service);
      service.faults().enter(trouble);
    }
    return true;
  }

  private void arrive() {
    service.counts().arrived();
    stage = Stage.ANSWERING;
  }

  private boolean keeps() {
    return service.manners().keepAlive() && request.wantsKeeping() && !finishing && !unread
        && (!inputEnded || reader.hasPart());
  }

  private void hand(ByteBuf bytes, Counts.Counted counted, boolean keep) {
    stage = keep ? Stage.READING : Stage.LAST;
    trouble = null;
    troubled = false;
    moved = true;
    outbox.add(bytes, counted);
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
    if (inputEnded || (!unread && !reader.hasPart())) {
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
    boolean idle = stage == Stage.READING && !reader.hasPart()
        && (moved || cutoff.waitsFor(Wait.NEXT_REQUEST));
    cutoff.waitFor(answering ? Wait.ANSWER : idle ? Wait.NEXT_REQUEST : Wait.REQUEST, moved);
    moved = false;
  }
}
