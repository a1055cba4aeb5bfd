package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.rpc.ControlClient;
import dev.muster.coordinator.Bounds;
import dev.muster.coordinator.Coordinator;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.BillRequest;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.SubmitRequest;
import dev.muster.worker.agent.WorkerAgent;
import dev.muster.worker.agent.WorkerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real coordinator in this process, a real worker that has joined it, and a run of theirs that goes on. */
final class OngoingRun implements AutoCloseable {

  private static final Bounds BOUNDS = new Bounds(
      10, 10, 10, 1 << 20, 50, Duration.ofSeconds(3));

  private final Path data;
  private final RecordingServer target;
  private final Authority authority;
  private final boolean secured;
  private final Coordinator coordinator;
  private final WorkerAgent worker;
  private final ControlClient client;
  private final String experiment;

  /** @param secured by TLS and certificates, as is usual, or not at all */
  OngoingRun(Path data, boolean secured) throws IOException {
    this.secured = secured;
    target = RecordingServer.start();
    authority = Authority.inMemory(Lives.USUAL, InstantSource.system());
    coordinator = Coordinator.start(
        new CoordinatorOptions("127.0.0.1", 0, data, BOUNDS, true),
        secured ? new Door.Own(authority, Optional.empty()) : new Door.Open());
    this.data = data;
    worker = agent("steady");
    client = new ControlClient("127.0.0.1", port(), dialer(Role.OPERATOR, "zoe"));
    experiment = client.submit(
        SubmitRequest.newBuilder()
            .setDocument(PlanDocument.newBuilder().setFileName("plan.yaml").setText("""
                name: steady
                target: %s
                scenario: [ { get: / }, { think: 100ms } ]
                load: { users: 4, duration: 1h }
                """.formatted(target.address())))
            .setWorkers(1)
            .build())
        .getExperimentId();
    goesOn();
  }

  private WorkerAgent agent(String name) throws IOException {
    return new WorkerAgent(
        new WorkerOptions("127.0.0.1", port(), name, 1, List.of(), AllowedTargets.loopback(),
            null, Duration.ofSeconds(60), Duration.ofSeconds(60), data.resolve("spool-" + name),
            Optional.empty()),
        dialer(Role.WORKER, name));
  }

  /** Lets one more worker join, and waits until it has a part in the run. */
  WorkerAgent join(String name) throws IOException {
    WorkerAgent agent = agent(name);
    int before = target.requests().size();
    while (!client.list().getWorkersList().contains(name)) {
      target.await(++before);
    }
    return agent;
  }

  int port() {
    return coordinator.port();
  }

  boolean isSecured() {
    return secured;
  }

  /** How one of this role speaks with the coordinator. */
  Dialer dialer(Role role, String name) {
    return secured ? Dialer.mutual(new LiveCredential(credential(role, name))) : Dialer.plain();
  }

  /** A certificate of the coordinator's authority. */
  Credential credential(Role role, String name) {
    return authority.credential(new Holder(role, name));
  }

  /** Waits until the target has got a second's requests more, and commands are answered. */
  void goesOn() {
    sendsMore();
    assertThat(client.list().getWorkersList()).containsExactly("steady");
  }

  /** Waits until the target has got a second's requests more, of whichever worker. */
  void sendsMore() {
    target.await(target.requests().size() + 40);
  }

  /** Tells what its worker's machine costs, and its fleet may cost. */
  void bill(BillRequest request) {
    client.bill(request);
  }

  /** Waits until its own worker has ended, and says why it did. */
  String awaitWorker() {
    return worker.awaitEnd().why();
  }

  /** Ends the run, of which nothing may be missing. */
  void endsWell() {
    client.stop(experiment, false);
    Summary run = awaitEnd();
    assertThat(run.verdict().reasons()).noneMatch(reason -> reason.contains("Worker"));
  }

  /** Waits for the end of the run, of which nothing may be missing. */
  Summary awaitEnd() {
    var runs = new ArrayList<Summary>();
    client.follow(experiment, event -> {
      if (event.hasRunEnded()) {
        runs.add(SummaryJson.parse(event.getRunEnded().getSummaryJson()));
      }
    }, () -> {});
    assertThat(runs).hasSize(1);
    Summary run = runs.getFirst();
    assertThat(run.ledger().balances()).isTrue();
    assertThat(run.ledger().answered()).isEqualTo(target.requests().size());
    assertThat(run.ledger().lost()).isZero();
    return run;
  }

  @Override
  public void close() {
    client.close();
    worker.close();
    coordinator.close();
    target.close();
  }
}
