package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one event loop as HTTP/2. Users that share connections fill one before
 * another is opened; others have one request at a time on a connection that they keep, or that is
 * opened for it. For the event loop's thread.
 */
final class Http2Requester implements LoopRequester, Http2Connection.Owner {

  private final Connections policy;
  private final int streamsMax;
  private final TargetAddress target;
  private final Http2RequestEncoder[] encoders;
  private final AnswerChecks[] checks;
  private final Wire.Opener opener;
  private final Ends ends;
  private final Outbox outbox;
  private final HeaderBlocks blocks = new HeaderBlocks();

  /** A request on its way into a connection's outbox. */
  private final ByteBuffer request;

  /** By slot: the user's exchanges, one after another. */
  private @Nullable Http2Stream[] ofUser;

  private final Set<Http2Connection> open = new LinkedHashSet<>();

  /** Shared ones that had room when they were last looked at; the one used last comes first. */
  private final ArrayDeque<Http2Connection> roomy = new ArrayDeque<>();

  /** How many streams the target has last said that it allows on a connection. */
  private int allowed = Integer.MAX_VALUE;

  /**
   * A requester for {@code users} users.
   *
   * @param streamsMax the most requests at once on a connection that is shared
   * @param encoders of the script's requests, in their order
   * @param checks of their answers, in the same order
   * @param buffers of the event loop, as long as {@link #bufferLength} says
   * @param opener opens connections that write from {@code buffers}
   */
  Http2Requester(
      Connections policy,
      int streamsMax,
      List<Http2RequestEncoder> encoders,
      List<AnswerChecks> checks,
      int users,
      TargetAddress target,
      LoopBuffers buffers,
      Wire.Opener opener,
      Ends ends) {
    this.policy = policy;
    this.streamsMax = streamsMax;
    this.encoders = encoders.toArray(Http2RequestEncoder[]::new);
    this.checks = checks.toArray(AnswerChecks[]::new);
    this.ofUser = new Http2Stream[users];
    this.target = target;
    this.outbox = new Outbox(buffers);
    this.opener = opener;
    this.ends = ends;
    this.request = ByteBuffer.allocateDirect(longest(encoders)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The bytes that an event loop writes from at a time, at least: the longest request among others. */
  static int bufferLength(List<Http2RequestEncoder> encoders) {
    return 64 * 1024 + longest(encoders);
  }

  private static int longest(List<Http2RequestEncoder> encoders) {
    return encoders.stream().mapToInt(Http2RequestEncoder::longest).max().orElse(0);
  }

  @Override
  public boolean send(Exchange exchange) {
    // Before anything can fail, so that a lane draws the same whatever becomes of its connections.
    int length = encoders[exchange.request()].encode(exchange, request);
    Http2Stream stream = streamOf(exchange.slot());
    stream.begin(exchange, checks[exchange.request()].needBody());
    return send(stream, request, length);
  }

  private Http2Stream streamOf(int slot) {
    if (slot >= ofUser.length) {
      ofUser = Arrays.copyOf(ofUser, Math.max(2 * ofUser.length, slot + 1));
    }
    Http2Stream stream = ofUser[slot];
    if (stream == null) {
      stream = new Http2Stream();
      ofUser[slot] = stream;
    }
    return stream;
  }

  private boolean send(Http2Stream stream, ByteBuffer bytes, int length) {
    Http2Connection connection = policy == Connections.SHARED ? roomy() : stream.connection();
    if (connection == null || !connection.hasRoom()) {
      if (connection != null) {
        // It is the user's alone, and of no use to anyone any more.
        connection.close();
      }
      connection = open(stream);
      if (connection == null) {
        return false;
      }
    }
    return connection.send(stream, bytes, length);
  }

  private @Nullable Http2Connection roomy() {
    for (Http2Connection c = roomy.peekLast(); c != null; c = roomy.peekLast()) {
      if (c.hasRoom()) {
        return c;
      }
      roomy.removeLast();
      c.setListed(false);
    }
    return null;
  }

  /** A new connection for the stream; null when there can be none, which its end tells. */
  private @Nullable Http2Connection open(Http2Stream stream) {
    stream.setConnection(null);
    int streams = policy == Connections.SHARED ? Math.max(1, Math.min(streamsMax, allowed)) : 1;
    try {
      var connection = new Http2Connection(
          this, opener, target.of(stream.exchange().userNumber()), streams, outbox, blocks);
      open.add(connection);
      hasRoom(connection);
      return connection;
    } catch (IOException e) {
      ends.failed(stream.exchange(), Failures.kindOf(e));
      return null;
    }
  }

  @Override
  public void hasRoom(Http2Connection connection) {
    if (policy == Connections.SHARED && !connection.isListed()) {
      connection.setListed(true);
      roomy.addLast(connection);
    }
  }

  @Override
  public void allowed(int streams) {
    allowed = streams;
  }

  @Override
  public void closed(Http2Connection connection) {
    open.remove(connection);
    if (connection.isListed()) {
      roomy.remove(connection);
    }
  }

  @Override
  public void written(Http2Stream stream, long nowNanos) {
    ends.written(stream.exchange(), nowNanos);
  }

  @Override
  public void turnedAway(Http2Stream stream) {
    byte[] bytes = stream.waiting();
    stream.setWaiting(null);
    if (bytes != null) {
      var wrapped = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (!send(stream, wrapped, bytes.length) && stream.connection() != null) {
        ends.written(stream.exchange(), System.nanoTime());
      }
    }
  }

  @Override
  public void answered(Http2Stream stream) {
    Exchange exchange = stream.exchange();
    String refusal = checks[exchange.request()].refusal(stream.status(), stream.body());
    long bodyBytes = stream.bodyBytes();
    release(stream);
    ends.answered(exchange, refusal, bodyBytes);
  }

  @Override
  public void failed(Http2Stream stream, FailureKind kind) {
    release(stream);
    ends.failed(stream.exchange(), kind);
  }

  /** Its exchange is over; only a user that has a connection of its own keeps it. */
  private void release(Http2Stream stream) {
    if (policy == Connections.PER_USER) {
      return;
    }
    Http2Connection connection = stream.connection();
    stream.setConnection(null);
    if (policy == Connections.PER_REQUEST && connection != null) {
      connection.close();
    }
  }

  @Override
  public void abandon(Exchange exchange) {
    Http2Stream stream = streamOf(exchange.slot());
    Http2Connection connection = stream.connection();
    if (connection != null) {
      connection.abandon(stream);
      release(stream);
    }
  }

  @Override
  public void rest(int slot) {
    // Who comes and goes may have sent nothing.
    Http2Stream stream = slot < ofUser.length ? ofUser[slot] : null;
    if (stream != null && policy == Connections.PER_USER) {
      Http2Connection connection = stream.connection();
      stream.setConnection(null);
      if (connection != null) {
        connection.close();
      }
    }
  }

  @Override
  public void flush() {
    boolean _ = outbox.flush();
  }

  @Override
  public void close() {
    new ArrayList<>(open).forEach(Http2Connection::close);
  }
}
