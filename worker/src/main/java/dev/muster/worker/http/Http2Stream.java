package dev.muster.worker.http;

import dev.muster.worker.engine.Exchange;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request over HTTP/2 and what has come of its answer. A user has one at a time, so the object is the
 * user's and is used again and again. For its event loop's thread.
 */
final class Http2Stream {

  private static final int NOT_MODIFIED = 304;

  private @Nullable Exchange exchange;
  private boolean keepsBody;
  private @Nullable Http2Connection connection;

  /** The request while it waits for its connection. */
  private byte @Nullable [] waiting;

  private int id;
  private int status;
  private long length;
  private long bodyBytes;
  private @Nullable KeptBody body;
  private int unannounced;

  /** How often something had come over the connection when the request was written. */
  private long comings;

  /** What the target lets through of the request's body, and what is left of that. */
  private long window;

  private byte @Nullable [] unsent;
  private int unsentFrom;

  /** Takes the next request. */
  void begin(Exchange next, boolean keepsAnswersBody) {
    exchange = next;
    keepsBody = keepsAnswersBody;
  }

  /** Whose request it is; there is one from {@link #begin} on. */
  Exchange exchange() {
    if (exchange == null) {
      throw new IllegalStateException("no request has begun");
    }
    return exchange;
  }

  /**
   * What its request is on or waits for, or the connection that its user keeps; null where there is
   * none.
   */
  @Nullable
  Http2Connection connection() {
    return connection;
  }

  void setConnection(@Nullable Http2Connection connection) {
    this.connection = connection;
  }

  /** Its request, when it waits for its connection. */
  byte @Nullable [] waiting() {
    return waiting;
  }

  void setWaiting(byte @Nullable [] request) {
    waiting = request;
  }

  /** Its request is being written, under an id; nothing has come of its answer. */
  void open(int ownId, long initialWindow, long comingsBefore) {
    id = ownId;
    waiting = null;
    status = 0;
    length = HeaderBlocks.UNKNOWN;
    bodyBytes = 0;
    unannounced = 0;
    body = keepsBody ? new KeptBody() : null;
    window = initialWindow;
    comings = comingsBefore;
    unsent = null;
  }

  int id() {
    return id;
  }

  long comings() {
    return comings;
  }

  /** The answer's status, or 0 while its head has not come. */
  int status() {
    return status;
  }

  void answer(int withStatus, long ofLength) {
    status = withStatus;
    length = ofLength;
  }

  void receive(ByteBuffer bytes, int from, int count) {
    bodyBytes += count;
    if (body != null) {
      body.add(bytes, from, count);
    }
  }

  long bodyBytes() {
    return bodyBytes;
  }

  /** The answer's body, or null when none is kept. */
  @Nullable
  KeptBody body() {
    return body;
  }

  /** Whether the body is as long as the head said, where it did; 304 tells of another answer's. */
  boolean isWhole() {
    return length == HeaderBlocks.UNKNOWN || length == bodyBytes || status == NOT_MODIFIED;
  }

  /** Counts what has come and the target does not know of, and returns its sum. */
  int count(int came) {
    unannounced += came;
    return unannounced;
  }

  void announced() {
    unannounced = 0;
  }

  long window() {
    return window;
  }

  void widen(long more) {
    window += more;
  }

  /** The request's body, where not all of it has been written. */
  byte @Nullable [] unsent() {
    return unsent;
  }

  int unsentFrom() {
    return unsentFrom;
  }

  void setUnsent(byte[] rest) {
    unsent = rest;
    unsentFrom = 0;
  }

  void sent(int count) {
    unsentFrom += count;
    if (unsent != null && unsentFrom == unsent.length) {
      unsent = null;
    }
  }
}
