package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one event loop as HTTP/1.1, over connections that its users keep, share, or
 * open anew each time. For the event loop's thread.
 */
final class HttpRequester implements LoopRequester, Connection.Owner {

  private final Connections policy;
  private final TargetAddress target;
  private final RequestEncoder[] encoders;
  private final AnswerChecks[] checks;
  private final LoopBuffers buffers;
  private final Wire.Opener opener;
  private final Ends ends;

  /** By slot: what a user's exchange is on, or the idle connection that it keeps. */
  private @Nullable Connection[] ofUser;

  private final ArrayDeque<Connection> idle = new ArrayDeque<>();

  /**
   * A requester for {@code users} users.
   *
   * @param encoders of the script's requests, in their order
   * @param checks of their answers, in the same order
   * @param buffers of the event loop, into which the longest request fits
   * @param opener opens connections that write from {@code buffers}
   */
  HttpRequester(
      Connections policy,
      List<RequestEncoder> encoders,
      List<AnswerChecks> checks,
      int users,
      TargetAddress target,
      LoopBuffers buffers,
      Wire.Opener opener,
      Ends ends) {
    this.policy = policy;
    this.encoders = encoders.toArray(RequestEncoder[]::new);
    this.checks = checks.toArray(AnswerChecks[]::new);
    this.ofUser = new Connection[users];
    this.target = target;
    this.buffers = buffers;
    this.opener = opener;
    this.ends = ends;
  }

  @Override
  public boolean send(Exchange exchange) {
    // Before anything can fail, so that a lane draws the same whatever becomes of its connections.
    int length = encoders[exchange.request()].encode(exchange, buffers.out());
    if (exchange.slot() >= ofUser.length) {
      ofUser = Arrays.copyOf(ofUser, Math.max(2 * ofUser.length, exchange.slot() + 1));
    }
    Connection connection = idleFor(exchange);
    if (connection == null) {
      connection = open(exchange);
      if (connection == null) {
        return false;
      }
    }
    ofUser[exchange.slot()] = connection;
    return connection.send(exchange, length, checks[exchange.request()].needBody());
  }

  private @Nullable Connection idleFor(Exchange exchange) {
    if (policy == Connections.SHARED) {
      // The one used last is the least likely to have been closed meanwhile.
      for (Connection c = idle.pollLast(); c != null; c = idle.pollLast()) {
        if (c.isIdle()) {
          return c;
        }
      }
      return null;
    }
    Connection own = ofUser[exchange.slot()];
    return own != null && own.isIdle() ? own : null;
  }

  /** A new connection for the exchange; null when there can be none, which its end tells. */
  private @Nullable Connection open(Exchange exchange) {
    try {
      return new Connection(this, opener, target.of(exchange.userNumber()));
    } catch (IOException e) {
      ends.failed(exchange, Failures.kindOf(e));
      return null;
    }
  }

  @Override
  public void written(Exchange exchange, long nowNanos) {
    ends.written(exchange, nowNanos);
  }

  @Override
  public void answered(
      Connection connection, Exchange exchange, AnswerFramer answer, boolean reusable) {
    String refusal = checks[exchange.request()].refusal(answer.status(), answer.body());
    long bodyBytes = answer.bodyBytes();
    if (!reusable || policy == Connections.PER_REQUEST) {
      connection.close();
      ofUser[exchange.slot()] = null;
    } else if (policy == Connections.SHARED) {
      ofUser[exchange.slot()] = null;
      idle.addLast(connection);
    }
    ends.answered(exchange, refusal, bodyBytes);
  }

  @Override
  public void failed(Exchange exchange, FailureKind kind) {
    ofUser[exchange.slot()] = null;
    ends.failed(exchange, kind);
  }

  @Override
  public void abandon(Exchange exchange) {
    rest(exchange.slot());
  }

  @Override
  public void rest(int slot) {
    if (slot >= ofUser.length) {
      // Who comes and goes may have sent nothing.
      return;
    }
    Connection connection = ofUser[slot];
    ofUser[slot] = null;
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void flush() {
    // A connection carries one request at a time, which was written when it was sent.
  }

  @Override
  public void close() {
    for (int slot = 0; slot < ofUser.length; slot++) {
      rest(slot);
    }
    idle.forEach(Connection::close);
    idle.clear();
  }
}
