package dev.muster.worker.http;

import dev.muster.worker.engine.FailureKind;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * A connection of HTTP/2 and the streams that are on it. Its first request is written as soon as it is
 * open; those that come before the target has said how many it allows wait for that. Each stream ends
 * once: answered, failed, or given up. For its event loop's thread.
 */
final class Http2Connection implements Wire.Reader, FrameReader.Frames {

  /** Who uses connections. */
  interface Owner {

    /** A request that had to wait has been written. */
    void written(Http2Stream stream, long nowNanos);

    /** The whole answer has come. */
    void answered(Http2Stream stream);

    /** The stream cannot end well any more. */
    void failed(Http2Stream stream, FailureKind kind);

    /** The stream has waited in vain for a place, and is to be sent elsewhere. */
    void turnedAway(Http2Stream stream);

    /** There may be place for a stream again. */
    void hasRoom(Http2Connection connection);

    /** The target has said how many streams it allows. */
    void allowed(int streams);

    /** It is closed, by whichever side; what was on it fails next. */
    void closed(Http2Connection connection);
  }

  /** So many answers to what a target asks may wait for it to read; who asks on reads none. */
  private static final int REPLIES_WAITING_MAX = 1_000;

  private static final int STREAMS_UNLIMITED = Integer.MAX_VALUE;

  private final Owner owner;
  private final Outbox outbox;
  private final HeaderBlocks blocks;
  private final int streamsMax;
  private final Wire wire;
  private final FrameWriter writer;
  private final RequestBodies bodies;
  private final FrameReader reader = new FrameReader(this);
  private final StreamTable table = new StreamTable();
  private final ArrayDeque<Http2Stream> waiting = new ArrayDeque<>();

  private boolean begun;
  private boolean closed;
  private boolean listed;

  /** Whether it takes no more streams, and is closed when those it has are over. */
  private boolean leaving;

  /** Whether the target has told its settings, and what. */
  private boolean settled;

  private int allowed = STREAMS_UNLIMITED;
  private int unannounced;
  private int repliesWaiting;

  /** The instant of what is being read, or 0 while nobody has asked for it. */
  private long readNanos;

  /** How often something has come. */
  private long comings;

  /** How often something had come when the target was asked for a sign of life. */
  private long askedAt = -1;

  /**
   * Begins to open a connection to {@code address}.
   *
   * @param streamsMax the most streams at once, at least 1
   * @param outbox of the event loop
   * @param blocks of the event loop
   * @throws IOException if no socket could be had
   */
  Http2Connection(
      Owner owner, Wire.Opener opener, InetSocketAddress address, int streamsMax, Outbox outbox,
      HeaderBlocks blocks)
      throws IOException {
    this.owner = owner;
    this.outbox = outbox;
    this.blocks = blocks;
    this.streamsMax = streamsMax;
    this.wire = opener.open(address, this);
    this.writer = new FrameWriter(outbox, wire);
    this.bodies = new RequestBodies(writer, table);
  }

  /** Whether another stream may be sent on it, now or when the target has told its settings. */
  boolean hasRoom() {
    return !closed && !leaving
        && table.size() + waiting.size() < Math.min(streamsMax, allowed);
  }

  /** Whether its owner counts it among those that have room. */
  boolean isListed() {
    return listed;
  }

  void setListed(boolean listed) {
    this.listed = listed;
  }

  /**
   * Sends the request of {@code stream}, the first {@code length} bytes of {@code request}, as soon
   * as that may be. Its owner may hear of an end before this returns.
   *
   * @return whether it waits for the connection
   */
  boolean send(Http2Stream stream, ByteBuffer request, int length) {
    stream.setConnection(this);
    if (begun && !settled) {
      byte[] kept = new byte[length];
      request.get(0, kept);
      stream.setWaiting(kept);
      waiting.add(stream);
      return true;
    }
    boolean first = !begun;
    begun = true;
    write(stream, request, length, first);
    return first && outbox.flush() && !closed;
  }

  private void write(Http2Stream stream, ByteBuffer request, int length, boolean first) {
    int id = table.add(stream);
    stream.open(id, bodies.initialWindow(), comings);
    leaving |= !table.hasIds();
    int head = first
        ? writer.first(id, request, length)
        : writer.request(id, request, length);
    // Writing may have ended the connection.
    if (head == length || closed) {
      return;
    }
    int from = head + FrameReader.HEAD;
    bodies.send(stream, request, from, length - from);
  }

  /** Gives a stream up; what still comes on it is ignored. The connection goes on. */
  void abandon(Http2Stream stream) {
    if (stream.waiting() != null) {
      waiting.remove(stream);
      stream.setWaiting(null);
    } else if (table.holds(stream)) {
      remove(stream);
      if (closed) {
        return;
      }
      writer.reset(stream.id(), Http2Error.CANCEL.code());
      if (comings == stream.comings()) {
        doubt();
      } else if (!wire.isReady()) {
        // It speaks but does not read, and what waits for it would only grow.
        leaving = true;
      }
    }
    stepAfterEnd();
  }

  /**
   * The target has said nothing at all while a request has timed out. It is asked for a sign of
   * life; one that gives none until the next such request is not relied on any more.
   */
  private void doubt() {
    if (!settled || askedAt == comings) {
      leaving = true;
    } else {
      askedAt = comings;
      writer.ping();
    }
  }

  /** Closes the connection, with a word; whatever still comes is of no interest. */
  void close() {
    if (!closed) {
      if (wire.isReady()) {
        writer.goAway(Http2Error.NO_ERROR.code());
        flush();
      }
      // Writing may have ended it.
      if (!closed) {
        shut();
      }
    }
  }

  private void flush() {
    boolean _ = outbox.flush();
  }

  private void shut() {
    closed = true;
    reader.stop();
    bodies.close();
    outbox.forget(wire);
    wire.close();
    owner.closed(this);
  }

  @Override
  public void opened(long nowNanos) {
    table.above(0).forEach(stream -> owner.written(stream, nowNanos));
    flush();
  }

  @Override
  public void received(ByteBuffer bytes, int from, int to) {
    comings++;
    readNanos = 0;
    try {
      reader.read(bytes, from, to);
    } catch (Http2Exception e) {
      if (!closed) {
        writer.goAway(e.error().code());
        flush();
      }
      // What is no HTTP/2 from its first frame on is another version's, or another protocol's.
      broke(settled ? FailureKind.BAD_RESPONSE : FailureKind.HTTP_VERSION);
    }
    if (closed) {
      flush();
    }
  }

  @Override
  public void drained() {
    flush();
  }

  @Override
  public void ended() {
    broke(FailureKind.CLOSED_EARLY);
  }

  @Override
  public void broke(FailureKind kind) {
    if (closed) {
      return;
    }
    shut();
    failAbove(0, kind);
    for (Http2Stream next = waiting.poll(); next != null; next = waiting.poll()) {
      next.setWaiting(null);
      owner.failed(next, kind);
    }
    flush();
  }

  /** What its owner does with one that fails may end others, too. */
  private void failAbove(int id, FailureKind kind) {
    for (Http2Stream stream : table.above(id)) {
      if (table.holds(stream)) {
        remove(stream);
        owner.failed(stream, kind);
      }
    }
  }

  @Override
  public void headers(int id, boolean last, ByteBuffer bytes, int from, int to)
      throws Http2Exception {
    Http2Stream stream = table.get(id);
    blocks.read(bytes, from, to);
    if (stream == null) {
      requireKnown(id);
    } else if (stream.status() != 0) {
      // Trailers, which end an answer.
      if (last) {
        end(stream);
      } else {
        malformed(stream);
      }
    } else if (blocks.status() >= 200) {
      stream.answer(blocks.status(), blocks.length());
      if (last) {
        end(stream);
      } else {
        began(stream);
      }
    } else if (last || blocks.status() == HeaderBlocks.MALFORMED || blocks.status() == 101) {
      malformed(stream);
    } else {
      began(stream);
    }
  }

  private void began(Http2Stream stream) {
    if (!stream.exchange().isAnswering()) {
      stream.exchange().answerBegan(readNanos());
    }
  }

  private long readNanos() {
    if (readNanos == 0) {
      readNanos = System.nanoTime();
    }
    return readNanos;
  }

  @Override
  public void data(int id, ByteBuffer bytes, int from, int count) {
    Http2Stream stream = table.get(id);
    if (stream != null && stream.status() != 0) {
      stream.receive(bytes, from, count);
    }
  }

  @Override
  public void dataEnded(int id, int length, boolean last) throws Http2Exception {
    unannounced += length;
    if (unannounced >= FrameWriter.WINDOW / 2) {
      writer.windowUpdate(0, unannounced);
      unannounced = 0;
    }
    Http2Stream stream = table.get(id);
    if (stream == null) {
      requireKnown(id);
    } else if (stream.status() == 0) {
      malformed(stream);
    } else if (last) {
      end(stream);
    } else if (stream.count(length) >= FrameWriter.WINDOW / 2) {
      writer.windowUpdate(id, stream.count(0));
      stream.announced();
    }
  }

  private void end(Http2Stream stream) {
    if (!stream.isWhole()) {
      malformed(stream);
      return;
    }
    boolean stops = stream.unsent() != null;
    remove(stream);
    if (stops) {
      // The answer came before the whole request had been sent, of which nobody wants the rest.
      writer.reset(stream.id(), Http2Error.CANCEL.code());
    }
    owner.answered(stream);
    stepAfterEnd();
  }

  private void malformed(Http2Stream stream) {
    remove(stream);
    writer.reset(stream.id(), Http2Error.PROTOCOL_ERROR.code());
    owner.failed(stream, FailureKind.BAD_RESPONSE);
    stepAfterEnd();
  }

  private void remove(Http2Stream stream) {
    table.remove(stream);
    bodies.remove(stream);
  }

  private void stepAfterEnd() {
    if (closed) {
      return;
    }
    if (hasRoom()) {
      owner.hasRoom(this);
    } else if (leaving && table.size() == 0 && waiting.isEmpty()) {
      close();
    }
  }

  /** Frames may come for streams that are over, and for no others; the target opens none. */
  private void requireKnown(int id) throws Http2Exception {
    if ((id & 1) == 0 || id > table.lastId()) {
      throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "no stream has this id");
    }
  }

  @Override
  public void reset(int id, int error) throws Http2Exception {
    Http2Stream stream = table.get(id);
    if (stream == null) {
      requireKnown(id);
      return;
    }
    remove(stream);
    FailureKind kind = FailureKind.RESET;
    if (error == Http2Error.REFUSED_STREAM.code()) {
      kind = FailureKind.REFUSED_STREAM;
    } else if (error == Http2Error.HTTP_1_1_REQUIRED.code()) {
      kind = FailureKind.HTTP_VERSION;
    }
    owner.failed(stream, kind);
    stepAfterEnd();
  }

  @Override
  public void setting(int key, long value) throws Http2Exception {
    switch (key) {
      case Http2CodecUtil.SETTINGS_MAX_CONCURRENT_STREAMS ->
        allowed = (int) Math.min(value, STREAMS_UNLIMITED);
      case Http2CodecUtil.SETTINGS_INITIAL_WINDOW_SIZE -> bodies.setInitialWindow(value);
      default -> {
        // We keep no table, push nothing, and send frames that are never too long.
      }
    }
  }

  @Override
  public void settingsEnded() throws Http2Exception {
    countReply();
    writer.settingsAck();
    settled = true;
    owner.allowed(allowed);
    while (!closed && !waiting.isEmpty()
        && table.size() < Math.min(streamsMax, allowed) && table.hasIds()) {
      Http2Stream next = waiting.removeFirst();
      byte[] request = next.waiting();
      if (request != null) {
        var bytes = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
        write(next, bytes, request.length, false);
        owner.written(next, readNanos());
      }
    }
    turnAway();
    bodies.sendOn();
  }

  /** What waits finds a place elsewhere. */
  private void turnAway() {
    var late = new ArrayList<Http2Stream>(waiting);
    waiting.clear();
    late.forEach(owner::turnedAway);
  }

  @Override
  public void ping(long data) throws Http2Exception {
    countReply();
    writer.pingAck(data);
  }

  private void countReply() throws Http2Exception {
    if (wire.isReady()) {
      repliesWaiting = 0;
    } else if (++repliesWaiting > REPLIES_WAITING_MAX) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "the target asks and does not read the answers");
    }
  }

  @Override
  public void goAway(int lastStream, int error) {
    leaving = true;
    failAbove(lastStream, FailureKind.REFUSED_STREAM);
    turnAway();
    stepAfterEnd();
  }

  @Override
  public void windowUpdate(int id, int more) throws Http2Exception {
    if (id == 0) {
      bodies.widen(more);
      return;
    }
    Http2Stream stream = table.get(id);
    if (stream == null) {
      requireKnown(id);
      return;
    }
    stream.widen(more);
    if (more == 0 || stream.window() > Integer.MAX_VALUE) {
      malformed(stream);
    } else {
      bodies.sendOn();
    }
  }
}
