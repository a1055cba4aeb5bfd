package dev.muster.target.store;

import com.google.code.yanf4j.core.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.XMemcachedClientBuilder;
import net.rubyeye.xmemcached.exception.MemcachedException;
import net.rubyeye.xmemcached.transcoders.Transcoder;

/**
 * One memcached. When it fails to answer once, it counts as away and nobody waits for it again, until
 * it has answered a question of this class's own. Safe for many threads.
 */
final class Memcached implements AutoCloseable {
  // Asked for to see whether the cache is back; never set.
  private static final String PROBE = "muster_probe";

  private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);

  private static final Transcoder<byte[]> BYTES = new PlainBytes();

  private final MemcachedClient client;
  private final int expirySeconds;
  private final Duration timeout;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile boolean closed;

  private Memcached(MemcachedClient client, CacheOptions options) {
    this.client = client;
    this.expirySeconds = Math.toIntExact(options.expiry().toSeconds());
    this.timeout = options.timeout();
  }

  /** What the cache says to a key. */
  sealed interface Found {}

  /** It has these bytes. */
  record Hit(Optional<byte[]> value) implements Found {}

  /** It has none. */
  record Miss() implements Found {}

  /** It does not answer. */
  record Away() implements Found {}

  private static final Found MISS = new Miss();
  private static final Found AWAY = new Away();

  /**
   * A client of the memcached at the options' address, which need not be there yet.
   *
   * @throws StoreException if the host is not known
   */
  static Memcached of(CacheOptions options) {
    var address = new InetSocketAddress(options.host(), options.port());
    if (address.isUnresolved()) {
      throw new StoreException("the host of the cache " + options.address() + " is not known");
    }
    var builder = new XMemcachedClientBuilder(List.of(address));
    builder.setConnectTimeout(options.timeout().toMillis());
    builder.setOpTimeout(options.timeout().toMillis());
    builder.setHealSessionInterval(BETWEEN_PROBES.toMillis());
    try {
      return new Memcached(builder.build(), options);
    } catch (IOException e) {
      throw new StoreException(
          "the cache " + options.address() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** What the cache has under this key, or that it is away; waits at most the options' timeout. */
  Found get(String key) {
    return get(key, timeout);
  }

  /** What the cache has under this key, or that it is away; waits at most this long. */
  Found get(String key, Duration longest) {
    if (away.get()) {
      return AWAY;
    }
    try {
      byte[] value = client.get(key, longest.toMillis(), BYTES);
      return value == null ? MISS : new Hit(Optional.of(value));
    } catch (TimeoutException | MemcachedException e) {
      isAway();
      return AWAY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AWAY;
    }
  }

  /**
   * Tells the cache to keep these bytes, and does not wait for an answer.
   *
   * @return whether it could be told; it may still fail to keep them
   */
  boolean set(String key, byte[] value) {
    if (away.get()) {
      return false;
    }
    try {
      client.setWithNoReply(key, expirySeconds, value, BYTES);
      return true;
    } catch (MemcachedException e) {
      isAway();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void isAway() {
    if (away.compareAndSet(false, true)) {
      var _ = Thread.ofVirtual().name("cache-probe").start(this::awaitReturn);
    }
  }

  private void awaitReturn() {
    while (!closed) {
      LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
      if (answers()) {
        away.set(false);
        return;
      }
    }
  }

  /**
   * Whether the cache answers before so much time is over: for the begin, where it may be starting itself
   * beside much else, and a connection that was too slow is tried again.
   */
  boolean answersWithin(Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (!answers()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
    }
    return true;
  }

  /** Whether the cache answers within the options' timeout, also while it counts as away. */
  boolean answers() {
    try {
      var _ = client.get(PROBE, timeout.toMillis(), BYTES);
      return true;
    } catch (TimeoutException | MemcachedException | InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    // The client would take leave of each connection, and wait seconds for one that is frozen.
    client.getConnector().getSessionSet().forEach(Session::close);
    try {
      client.shutdown();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
