package dev.muster.coordinator.rpc;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of messages wait for the coordinator's thread, in all streams together. For any thread. */
final class WaitingBytes {

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  WaitingBytes(long most) {
    this.most = most;
  }

  boolean haveRoom() {
    return bytes.get() < most;
  }

  void add(long more) {
    bytes.addAndGet(more);
  }
}
