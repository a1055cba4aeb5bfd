package dev.muster.target.balanced;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.api.Request;
import dev.muster.target.data.JsonBytes;
import dev.muster.target.faults.Faults;
import dev.muster.target.faults.LiveFaults;
import dev.muster.target.http.HttpListener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * A process that answers {@code /held} only once it was told {@code PUT /faults?release}, and all else
 * at once. It tells how many it holds, and the faults that it was given last.
 */
final class HoldingProcessMain {
  private final LongAdder held = new LongAdder();
  private final Counts counts = new Counts();
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile String faults = "";

  private HoldingProcessMain() {}

  /** Takes {@code --port N --admin-port M}. */
  public static void main(String[] args) throws InterruptedException {
    var process = new HoldingProcessMain();
    listen(Integer.parseInt(args[1]), process::customers, process.counts);
    listen(Integer.parseInt(args[3]), process::admin, new Counts());
    new CountDownLatch(1).await();
  }

  private static void listen(int port, Api api, Counts counts) {
    var tenSeconds = Duration.ofSeconds(10);
    var _ = HttpListener.start(new HttpListener.Address("127.0.0.1", port, 100, "--port"),
        new HttpListener.Manners(true, tenSeconds, tenSeconds), api, counts,
        new LiveFaults(Faults.NONE), true);
  }

  private Answer customers(Request request) {
    if (request.path().equals("/held")) {
      held.increment();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Answer.text(request.path(), "answered");
  }

  private Answer admin(Request request) {
    return switch (request.path()) {
      case "/faults" -> switch (request.method()) {
        case "PUT" -> put(request.query());
        case "DELETE" -> put("");
        default -> shown();
      };
      case "/counts/reset" -> {
        counts.reset();
        yield shown();
      }
      default -> shown();
    };
  }

  private Answer put(String query) {
    if (query.startsWith("wrong")) {
      return Answer.error("/faults", 400, "wrong is no fault");
    }
    if (query.equals("release")) {
      release.countDown();
    }
    faults = query;
    return shown();
  }

  private Answer shown() {
    return Answer.json("/counts", JsonBytes.object(json -> {
      json.writeStringProperty("settings", faults);
      json.writeArrayPropertyStart("routes");
      for (var line : counts.now()) {
        json.writeStartObject();
        json.writeStringProperty("route", line.route());
        json.writeNumberProperty("status", line.status());
        json.writeNumberProperty("count", line.count());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectPropertyStart("faults");
      json.writeNumberProperty("held", held.sum());
      json.writeNumberProperty("settings", faults.length());
      json.writeEndObject();
    }));
  }
}
