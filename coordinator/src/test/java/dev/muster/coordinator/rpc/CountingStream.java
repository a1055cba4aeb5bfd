package dev.muster.coordinator.rpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A stream of somebody's, seen from the coordinator, that counts the messages it is asked for. */
final class CountingStream<T> extends ServerCallStreamObserver<T> {

  final AtomicInteger asked = new AtomicInteger();
  private static final long PATIENCE_SECONDS = 30;

  private volatile boolean ready = true;
  private Runnable onReady = () -> {};
  private final LinkedBlockingQueue<T> said = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Throwable> error = new LinkedBlockingQueue<>();

  /** Whether what it is sent is read, or piles up. */
  void isRead(boolean read) {
    ready = read;
    if (read) {
      onReady.run();
    }
  }

  T await(Predicate<T> wanted) throws InterruptedException {
    while (true) {
      T next = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("it was not said in time");
      }
      if (wanted.test(next)) {
        return next;
      }
    }
  }

  /** What was said and has not been awaited. */
  List<T> said() {
    return List.copyOf(said);
  }

  Status awaitError() throws InterruptedException {
    Throwable why = error.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (why == null) {
      throw new AssertionError("the stream was not ended in time");
    }
    return Status.fromThrowable(why);
  }

  @Override
  public void request(int count) {
    asked.addAndGet(count);
  }

  @Override
  public void onNext(T message) {
    said.add(message);
  }

  @Override
  public void onError(Throwable why) {
    error.add(why);
  }

  @Override
  public void onCompleted() {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setOnReadyHandler(Runnable handler) {
    onReady = handler;
  }

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void disableAutoRequest() {}

  @Override
  public void setMessageCompression(boolean enable) {}

  @Override
  public void setCompression(String compression) {}
}
