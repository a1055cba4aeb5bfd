package dev.muster.worker.http;

import dev.muster.plan.Experiment;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.plan.RunPlan;
import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.LoadEngine;
import dev.muster.worker.engine.Requester;
import dev.muster.worker.engine.Script;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.TickRecorder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request is written into an event loop's memory, with the numbers that its user draws. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class RequestEncode {

  private static final String PLAN = """
      name: encode
      target: http://127.0.0.1:18080
      scenario:
        - get: "/customerdata/17"
        - get: "/customerdata/${random(1, 4500)}"
          name: "/customerdata/{id}"
        - post: "/orders"
          headers: { content-type: application/json }
          body: '{"customer":${random(1, 4500)},"by":${user},"turn":${iteration}}'
      load: { users: 1, duration: 10s }
      """;

  private RequestEncoder fixed;
  private RequestEncoder random;
  private RequestEncoder body;
  private ByteBuffer out;
  private Exchange exchange;

  @Setup
  public void setUp() {
    var reading = PlanFile.read(new PlanSource("plan.yaml", PLAN, List.of(), Map.of()));
    RunPlan run = Experiment.of(((PlanReading.Readable) reading).plan()).runs().getFirst();
    Script script = Script.of(run);
    List<RequestEncoder> encoders = script.requests()
        .stream()
        .map(request -> RequestEncoder.of(request.step(), run.plan()))
        .toList();
    fixed = encoders.get(0);
    random = encoders.get(1);
    body = encoders.get(2);
    out = new LoopBuffers(
        encoders.stream().mapToInt(RequestEncoder::longest).max().orElseThrow()).out();
    exchange = firstOf(run, script);
  }

  /** An exchange as the engine hands it out, for the engine alone makes them. */
  private static Exchange firstOf(RunPlan run, Script script) {
    var held = new Holder();
    var engine = new LoadEngine(
        script, run.profile(), run.plan().seed(), new int[]{0}, 0, 0, Long.MAX_VALUE, held,
        new TickRecorder(script.series().size(), new Histograms(), _ -> {}));
    engine.advance(0);
    return held.exchange();
  }

  private static final class Holder implements Requester {

    private @Nullable Exchange held;

    Exchange exchange() {
      if (held == null) {
        throw new IllegalStateException("the engine has sent nothing");
      }
      return held;
    }

    @Override
    public boolean send(Exchange exchange) {
      held = exchange;
      return false;
    }

    @Override
    public void abandon(Exchange exchange) {}

    @Override
    public void rest(int slot) {}
  }

  @Benchmark
  public int fixedPath() {
    return fixed.encode(exchange, out);
  }

  @Benchmark
  public int randomId() {
    return random.encode(exchange, out);
  }

  /** A body with three numbers, so that its length is told last. */
  @Benchmark
  public int bodyOfNumbers() {
    return body.encode(exchange, out);
  }
}
