package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.balanced.BalancedOptions;
import dev.muster.target.balanced.BalancedTarget;
import dev.muster.target.balanced.JavaCommand;
import dev.muster.target.process.NeedsPrograms;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Five real processes under load, each of them killed in turn. */
@Timeout(240)
@NeedsPrograms("haproxy")
class BalancedLoadTest {
  private static final int CLIENTS = 40;

  @TempDir
  private Path folder = Path.of("");

  private final AtomicBoolean over = new AtomicBoolean();
  private final LongAdder sent = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

  // Instants of System.nanoTime().
  private record Failure(int client, long begin, long end) {}

  // A process takes some time to die, in which it still takes connections.
  private record Kill(long begin, long gone) {
    boolean explains(Failure failure) {
      return failure.begin() <= gone && failure.end() >= begin;
    }
  }

  @Test
  void killing_one_process_after_the_other_costs_the_requests_in_flight_on_them_alone()
      throws Exception {
    var options = new BalancedOptions("127.0.0.1", 0, 0, 0, 5, true, Duration.ofSeconds(5),
        JavaCommand.of(ApiProcessMain.class.getName()), Map.of(), folder.resolve("logs"));
    try (var target = BalancedTarget.start(options);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var admin = new Client(target.adminPort());
      var work = new ArrayList<Future<?>>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        boolean keeps = i % 2 == 0;
        work.add(threads.submit(() -> load(client, target.port(), keeps)));
      }
      var kills = new ArrayList<Kill>();
      for (int victim = 0; victim < 5; victim++) {
        awaitShare(admin, victim, 0);
        kills.add(kill(admin, victim));
        awaitShare(admin, victim, 1);
      }
      over.set(true);
      for (Future<?> one : work) {
        one.get();
      }

      assertThat(failures).allMatch(
          failure -> kills.stream().anyMatch(kill -> kill.explains(failure)));
      var counts = admin.get("/counts").json();
      assertThat(counts.at("/received").asLong()).isEqualTo(sent.sum());
      assertThat(counts.at("/answered").asLong()).isEqualTo(answered.sum());
    }
  }

  // Until it has been started again so often, and has answered something since.
  private static void awaitShare(Client admin, int index, int restarts) throws IOException {
    var process = process(admin, index);
    while (process.at("/restarts").asInt() < restarts || !process.at("/state")
        .asString()
        .startsWith("UP")) {
      process = process(admin, index);
    }
    long before = process.at("/answered").asLong();
    while (process(admin, index).at("/answered").asLong() < before + 10) {
      Thread.onSpinWait();
    }
  }

  private static Kill kill(Client admin, int index) throws IOException {
    var victim = ProcessHandle.of(process(admin, index).at("/pid").asLong()).orElseThrow();
    long begin = System.nanoTime();
    assertThat(victim.destroyForcibly()).isTrue();
    // Its exit would be told some time after; the system takes no connections for it from here on.
    while (victim.isAlive()) {
      Thread.onSpinWait();
    }
    return new Kill(begin, System.nanoTime());
  }

  private static JsonNode process(Client admin, int index) throws IOException {
    return admin.get("/counts").json().at("/processes/" + index);
  }

  private void load(int client, int port, boolean keeps) {
    while (!over.get()) {
      try (var socket = new Client(port).open()) {
        boolean whole;
        do {
          whole = isAnswered(client, socket, keeps);
        } while (whole && keeps && !over.get());
      } catch (IOException e) {
        // The failure of a request is recorded where it happened; so this is one of connecting.
        failures.add(new Failure(client, System.nanoTime(), System.nanoTime()));
      }
    }
  }

  private boolean isAnswered(int client, Socket socket, boolean keeps) {
    long begin = System.nanoTime();
    int status;
    try {
      sent.increment();
      Client.write(socket, Client.request("GET", "/customerdata/" + client,
          keeps ? "" : "Connection: close\r\n"));
      status = Client.readOne(socket).status();
      answered.increment();
    } catch (IOException e) {
      status = -1;
    }
    if (status != 200) {
      failures.add(new Failure(client, begin, System.nanoTime()));
    }
    return status == 200;
  }
}
