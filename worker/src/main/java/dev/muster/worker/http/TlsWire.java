package dev.muster.worker.http;

import dev.muster.worker.engine.FailureKind;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another wire, with Netty's engine but without its handler, which would need a channel. The
 * handshake begins with the first write, or with the first word of a guest.
 */
final class TlsWire implements Wire, Wire.Reader {

  /** The most plain bytes that are encrypted for one write: four records. */
  private static final int PLAIN_AT_ONCE = 64 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /**
   * What the wires of one event loop have in common.
   *
   * @param buffers in which they are given what to write
   * @param encrypted from which the wires below them write
   * @param decrypted what was read last; long enough for a record
   * @param tls makes their engines
   * @param host the name that the target's certificate must be for
   * @param protocol what the target must agree to by ALPN; null where it need not
   * @param openings hears of each handshake
   */
  private record Shared(
      LoopBuffers buffers, LoopBuffers encrypted, ByteBuffer decrypted, SslContext tls, String host,
      @Nullable String protocol, Openings openings) {}

  /** Memory for what is encrypted before it is written: a whole write and what records add to it. */
  static LoopBuffers encrypted() {
    return new LoopBuffers(2 * PLAIN_AT_ONCE);
  }

  /**
   * Opens the wires of one event loop.
   *
   * @param below opens the wires that carry them, which write from {@code encrypted}
   * @param encrypted of {@link #encrypted}
   * @param buffers in which the wires are given what to write
   * @param tls makes their engines
   * @param host the name that the target's certificate must be for
   * @param protocol what the target must agree to by ALPN; null where it need not
   * @param openings hears of each handshake
   */
  static Opener opener(
      Opener below, LoopBuffers encrypted, LoopBuffers buffers, SslContext tls, String host,
      @Nullable String protocol, Openings openings) {
    var shared = new Shared(
        buffers, encrypted, new LoopBuffers(0).in(), tls, host, protocol, openings);
    return (address, reader) -> new TlsWire(
        shared, own -> below.open(address, own), reader);
  }

  /**
   * Secures the wires of guests of one event loop: their handshakes begin with what they say.
   *
   * @param encrypted of {@link #encrypted}; from which the wires below them write
   * @param buffers in which the wires are given what to write
   * @param tls makes their engines
   */
  static UnaryOperator<Unread> guests(
      LoopBuffers encrypted, LoopBuffers buffers, SslContext tls) {
    var shared = new Shared(
        buffers, encrypted, new LoopBuffers(0).in(), tls, "127.0.0.1", null, Openings.NOBODY);
    return below -> reader -> {
      var wire = new TlsWire(shared, below, reader);
      wire.begun = true;
      wire.engine.beginHandshake();
      return wire;
    };
  }

  private final Shared shared;
  private final Reader reader;
  private final SSLEngine engine;
  private final Wire below;

  private boolean begun;
  private boolean open;
  private boolean closed;

  /** When there was a connection; 0 as long as there is none. */
  private long connectedNanos;

  /** What waits for the handshake. */
  private byte[] kept = new byte[0];

  /** What has come of a record that is not whole. */
  private byte @Nullable [] partial;

  private TlsWire(Shared shared, Unread below, Reader reader) throws IOException {
    this.shared = shared;
    this.reader = reader;
    this.below = below.readBy(this);
    this.engine = shared.tls.newEngine(ByteBufAllocator.DEFAULT, shared.host, -1);
  }

  @Override
  public boolean write(int length) {
    if (closed) {
      return false;
    }
    ByteBuffer out = shared.buffers.out();
    try {
      if (open) {
        encrypt(out.limit(length).position(0));
        return false;
      }
      int before = kept.length;
      kept = Arrays.copyOf(kept, before + length);
      out.get(0, kept, before, length);
      if (!begun) {
        begun = true;
        engine.beginHandshake();
        shakeHands(engine.getHandshakeStatus());
      }
    } catch (SSLException e) {
      refuse(e);
    } finally {
      out.clear();
    }
    return !open && !closed;
  }

  /** Writes all of {@code plain}; with nothing in it, what the handshake or the engine has to say. */
  private void encrypt(ByteBuffer plain) throws SSLException {
    ByteBuffer out = shared.encrypted.out();
    int end = plain.limit();
    do {
      out.clear();
      plain.limit(Math.min(end, plain.position() + PLAIN_AT_ONCE));
      SSLEngineResult result;
      do {
        result = engine.wrap(plain, out);
      } while (plain.hasRemaining() && result.bytesConsumed() > 0);
      if (out.position() > 0) {
        boolean _ = below.write(out.position());
      }
      if (result.bytesConsumed() == 0 && plain.hasRemaining()) {
        throw new SSLException("the connection takes no more: " + result.getStatus());
      }
      plain.limit(end);
    } while (plain.hasRemaining() && !closed);
  }

  private void shakeHands(HandshakeStatus first) throws SSLException {
    HandshakeStatus status = first;
    while (!open && !closed) {
      switch (status) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask(); task != null; task = engine
              .getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> {
          ByteBuffer out = shared.encrypted.out().clear();
          HandshakeStatus after = engine.wrap(NOTHING, out).getHandshakeStatus();
          if (out.position() > 0) {
            boolean _ = below.write(out.position());
          }
          if (after == HandshakeStatus.FINISHED) {
            finish();
            return;
          }
        }
        // An engine that has decrypted something behind the last of it says the second.
        case FINISHED, NOT_HANDSHAKING -> {
          finish();
          return;
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          return;
        }
      }
      if (!closed) {
        status = engine.getHandshakeStatus();
      }
    }
  }

  private void finish() throws SSLException {
    if (closed) {
      return;
    }
    long now = System.nanoTime();
    shared.openings.secured(connectedNanos, now);
    String agreed = engine.getApplicationProtocol();
    if (shared.protocol != null && !shared.protocol.equals(agreed)) {
      refuse(FailureKind.HTTP_VERSION);
      return;
    }
    open = true;
    ByteBuffer waited = ByteBuffer.wrap(kept);
    kept = new byte[0];
    encrypt(waited);
    if (!closed) {
      reader.opened(now);
    }
  }

  /** What was written first is of the handshake. */
  @Override
  public void opened(long nowNanos) {
    connectedNanos = nowNanos;
  }

  @Override
  public void received(ByteBuffer bytes, int from, int to) {
    ByteBuffer in = bytes.limit(to).position(from);
    byte[] before = partial;
    if (before != null) {
      byte[] joined = Arrays.copyOf(before, before.length + to - from);
      bytes.get(from, joined, before.length, to - from);
      in = ByteBuffer.wrap(joined);
      partial = null;
    }
    try {
      decrypt(in);
    } catch (SSLException e) {
      refuse(e);
    }
    if (!closed && in.hasRemaining()) {
      partial = new byte[in.remaining()];
      in.get(partial);
    }
    bytes.clear();
  }

  private void decrypt(ByteBuffer in) throws SSLException {
    ByteBuffer plain = shared.decrypted;
    boolean more = true;
    while (more && !closed) {
      SSLEngineResult result = engine.unwrap(in, plain.clear());
      int length = result.bytesProduced();
      boolean wasOpen = open;
      if (!wasOpen && result.getStatus() == SSLEngineResult.Status.OK) {
        // First, as the other side's first words may come along with its end.
        shakeHands(result.getHandshakeStatus());
      }
      if (length > 0 && !closed) {
        reader.received(plain.clear(), 0, length);
      }
      if (closed) {
        return;
      }
      switch (result.getStatus()) {
        case OK -> more = in.hasRemaining() || length > 0 || wasOpen != open;
        case BUFFER_UNDERFLOW -> more = false;
        case BUFFER_OVERFLOW -> throw new SSLException("a record is longer than TLS allows");
        case CLOSED -> {
          in.position(in.limit());
          reader.ended();
          more = false;
        }
      }
    }
  }

  @Override
  public void drained() {
    if (open) {
      reader.drained();
    }
  }

  @Override
  public void ended() {
    if (open) {
      reader.ended();
    } else {
      refuse(FailureKind.TLS);
    }
  }

  @Override
  public void broke(FailureKind kind) {
    if (!closed) {
      boolean shakingHands = connectedNanos != 0 && !open;
      end(false);
      reader.broke(shakingHands && kind != FailureKind.HTTP_VERSION ? FailureKind.TLS : kind);
    }
  }

  private void refuse(SSLException why) {
    refuse(Failures.kindOf(why));
  }

  /** Says why, by an alert if the engine has one, and gives up. */
  private void refuse(FailureKind kind) {
    if (!closed) {
      end(true);
      reader.broke(kind);
    }
  }

  /** Closes both wires, perhaps with a last word, at which the one below may break: nobody hears of it. */
  private void end(boolean withGoodbye) {
    closed = true;
    if (withGoodbye) {
      sayGoodbye();
    }
    below.close();
    kept = new byte[0];
    partial = null;
    ReferenceCountUtil.release(engine);
  }

  private void sayGoodbye() {
    try {
      engine.closeOutbound();
      encrypt(NOTHING);
    } catch (SSLException e) {
      // It cannot even say so.
    }
  }

  @Override
  public boolean isReady() {
    return open && !closed && below.isReady();
  }

  @Override
  public void close() {
    if (!closed) {
      end(isReady());
    }
  }
}
