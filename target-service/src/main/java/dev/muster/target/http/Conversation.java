package dev.muster.target.http;

import dev.muster.target.api.Counts;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its accepting to its end, seen from outside Helidon: by when it must have come
 * further, and whether its last answer reached the socket.
 *
 * <pre>
 *   connected ── request whole ── answer whole ─┬─ closed
 *        ▲                                      │
 *        └── first byte of the next request ────┘ kept
 * </pre>
 */
final class Conversation implements ServerConnection, InterruptableTask<Void> {
  private static final ScopedValue<Conversation> CURRENT = ScopedValue.newInstance();

  private final ConnectionContext context;
  private final Deadlines deadlines;
  private final ServerConnection http;

  // Written by the connection's own thread, read by the one that looks at the deadlines.
  private volatile long deadline;
  private boolean betweenRequests;
  private Counts.@Nullable Counted unwritten;

  Conversation(ServerConnectionSelector http, ConnectionContext context, Deadlines deadlines) {
    this.context = context;
    this.deadlines = deadlines;
    this.deadline = deadlines.toRead();
    this.http = http.connection(new ListeningContext(context, DataReader.create(this::read)));
  }

  /** The conversation that the calling thread carries on. */
  static Conversation current() {
    return CURRENT.get();
  }

  /** The instant by which the present part must be over, in {@link System#nanoTime()}. */
  long deadline() {
    return deadline;
  }

  /** Closes the socket under whatever the connection's thread is doing. */
  void cut() {
    try {
      context.serverSocket().close();
    } catch (UncheckedIOException e) {
      // Its own thread or the client was faster; closed it is.
      return;
    }
  }

  void requestIsWhole() {
    deadline = deadlines.toWrite();
  }

  /** An answer is counted and on its way to the socket. */
  void counted(Counts.Counted answer) {
    unwritten = answer;
  }

  void answerIsWhole() {
    unwritten = null;
    betweenRequests = true;
    deadline = deadlines.toBeginAgain();
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    deadlines.add(this);
    try {
      ScopedValue.where(CURRENT, this).<@Nullable Void, InterruptedException>call(() -> {
        http.handle(limit);
        return null;
      });
    } catch (ServerConnectionException e) {
      if (unwritten != null) {
        unwritten.takeBack();
      }
      throw e;
    } finally {
      deadlines.remove(this);
    }
  }

  @Override
  public Duration idleTime() {
    return http.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    http.close(interrupt);
  }

  @Override
  public boolean canInterrupt() {
    return http instanceof InterruptableTask<?> task && task.canInterrupt();
  }

  private byte @Nullable [] read() {
    byte[] bytes;
    try {
      bytes = context.serverSocket().get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection cannot be read", e);
    }
    if (betweenRequests) {
      betweenRequests = false;
      deadline = deadlines.toRead();
    }
    return bytes;
  }
}
