package dev.muster.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;

/**
 * Asks a worker's stream for one message after another, so that what waits for the coordinator's thread is
 * bounded even where that thread or its disk is slow: in each stream by number, in all together by bytes.
 * Beyond the bytes a stream still brings a message when none of its own waits. One that does not read what
 * it is sent is asked for nothing until it does. For any thread.
 */
final class Intake {

  /** A worker that joins is asked for its clock eight times. */
  static final int MOST_WAITING = 16;

  private final ServerCallStreamObserver<?> stream;
  private final WaitingBytes all;
  private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
  private boolean asked;

  /** Asks at once. To be made before {@code stream} is given back to gRPC. */
  Intake(ServerCallStreamObserver<?> stream, WaitingBytes all) {
    this.stream = stream;
    this.all = all;
    stream.disableAutoRequest();
    stream.setOnReadyHandler(this::ask);
    stream.request(1);
    asked = true;
  }

  /** A message of so many bytes has come, and waits. */
  synchronized void came(int bytes) {
    asked = false;
    waiting.add(bytes);
    all.add(bytes);
    ask();
  }

  /** The first of the messages that wait has been dealt with. */
  synchronized void handled() {
    Integer bytes = waiting.poll();
    if (bytes != null) {
      all.add(-bytes);
    }
    ask();
  }

  private synchronized void ask() {
    boolean room = waiting.isEmpty() || (waiting.size() < MOST_WAITING && all.haveRoom());
    if (!asked && room && stream.isReady()) {
      asked = true;
      stream.request(1);
    }
  }
}
