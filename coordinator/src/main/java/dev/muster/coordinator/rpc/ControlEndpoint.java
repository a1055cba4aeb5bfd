package dev.muster.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanProblem;
import dev.muster.plan.PlanReading;
import dev.muster.plan.grammar.Numbers;
import dev.muster.plan.load.LoadChange;
import dev.muster.trust.Holder;
import dev.muster.v1.BillRequest;
import dev.muster.v1.BillResponse;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.DrainRequest;
import dev.muster.v1.DrainResponse;
import dev.muster.v1.FetchRequest;
import dev.muster.v1.FetchResponse;
import dev.muster.v1.FindDistributionRequest;
import dev.muster.v1.FindDistributionResponse;
import dev.muster.v1.FollowRequest;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.ListRequest;
import dev.muster.v1.ListResponse;
import dev.muster.v1.PauseRequest;
import dev.muster.v1.PauseResponse;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.ResumeRequest;
import dev.muster.v1.ResumeResponse;
import dev.muster.v1.RunInfo;
import dev.muster.v1.RunState;
import dev.muster.v1.ScaleRequest;
import dev.muster.v1.ScaleResponse;
import dev.muster.v1.ShowRequest;
import dev.muster.v1.ShowResponse;
import dev.muster.v1.StopRequest;
import dev.muster.v1.StopResponse;
import dev.muster.v1.SubmitRequest;
import dev.muster.v1.SubmitResponse;
import dev.muster.v1.WorkerInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/** What people ask, translated into what the coordinator's thread understands. */
final class ControlEndpoint extends ControlServiceGrpc.ControlServiceImplBase {

  private static final int PIECE_BYTES = 256 * 1024;

  /** What does not fit in HTTP/2's headers, of which gRPC allows 8 KiB, would be no answer at all. */
  private static final int DESCRIPTION_MAX = 6_000;

  private final CoordinatorLoop loop;
  private final CoordinatorOptions options;

  /** Those who follow now. */
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

  ControlEndpoint(CoordinatorLoop loop, CoordinatorOptions options) {
    this.loop = loop;
    this.options = options;
  }

  @Override
  public void submit(SubmitRequest request, StreamObserver<SubmitResponse> out) {
    Plan plan;
    try {
      // Here, as a long plan would hold up the coordinator's thread.
      plan = plan(request.getDocument());
    } catch (StatusRuntimeException e) {
      out.onError(e);
      return;
    }
    answer(out, () -> {
      CsvFormat format = request.getCsvFormat().isEmpty()
          ? CsvFormat.LOCUST_0_14
          : CsvFormat.of(request.getCsvFormat())
              .orElseThrow(
                  () -> refused(
                      Status.INVALID_ARGUMENT,
                      "no CSV format is called " + request.getCsvFormat()));
      // All that have joined take part. Each checks for itself again, and the address too.
      loop.refusal(plan.target())
          .ifPresent(why -> {
            throw refused(Status.FAILED_PRECONDITION, why);
          });
      if (loop.experiments().waiting() >= options.bounds().waitingExperiments()) {
        throw refused(
            Status.RESOURCE_EXHAUSTED,
            loop.experiments().waiting() + " experiments wait already, which is as many as this "
                + "coordinator keeps; submit when some have begun, or stop some with 'muster runs "
                + "stop'");
      }
      Map.Entry<String, List<String>> ids = loop.experiments()
          .submit(
              new Submission.Wish(
                  request.getDocument(), plan, format, request.getWorkers(),
                  request.getWorkerWaitNanos()));
      return SubmitResponse.newBuilder()
          .setExperimentId(ids.getKey())
          .addAllRunIds(ids.getValue())
          .build();
    });
  }

  private static Plan plan(PlanDocument document) {
    return switch (Submission.read(document)) {
      case PlanReading.Readable(Plan plan) -> plan;
      case PlanReading.Unreadable(List<PlanProblem> problems) -> throw refused(
          Status.INVALID_ARGUMENT,
          fitting(problems.stream().map(PlanProblem::toString).toList()));
    };
  }

  /** As many problems as a status has room for; the first is told in any case. */
  private static String fitting(List<String> problems) {
    var told = new StringBuilder(problems.getFirst());
    int length = lengthInStatus(problems.getFirst());
    for (int next = 1; next < problems.size(); next++) {
      length += lengthInStatus(problems.get(next));
      if (length > DESCRIPTION_MAX) {
        return told + "\nand " + (problems.size() - next) + " more problems";
      }
      told.append('\n').append(problems.get(next));
    }
    return told.toString();
  }

  /** Three characters for each byte that is not one of ASCII's own, as gRPC encodes it. */
  private static int lengthInStatus(String text) {
    int length = 3;
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      length += each >= ' ' && each < 0x7f && each != '%' ? 1 : 3;
    }
    return length;
  }

  @Override
  public void follow(FollowRequest request, StreamObserver<FollowResponse> out) {
    var call = (ServerCallStreamObserver<FollowResponse>) out;
    var follower = new Follower(call, Caller.present());
    if (followers.size() >= options.bounds().followers()) {
      out.onError(
          refused(
              Status.RESOURCE_EXHAUSTED,
              followers.size()
                  + " follow experiments of this coordinator already; follow later, or "
                  + "look with 'muster runs list'"));
      return;
    }
    followers.add(follower);
    call.setOnCloseHandler(() -> followers.remove(follower));
    // With this one too, telling somebody who has gone is no exception.
    call.setOnCancelHandler(() -> followers.remove(follower));
    String id = request.getExperimentId();
    loop.execute(() -> {
      var submission = loop.experiments().find(id);
      if (submission.isPresent()) {
        submission.get().followers().add(follower);
      } else if (loop.store().experiment(id).isPresent()) {
        tellEnded(id, out);
      } else {
        out.onError(unknown("experiment", id));
      }
    });
  }

  /** What came of an experiment that ended before this process began. */
  private void tellEnded(String experiment, StreamObserver<FollowResponse> out) {
    for (StoredRun run : loop.store().runs(experiment)) {
      String summary = summary(run);
      if (!summary.isEmpty()) {
        out.onNext(Messages.runEnded(run.id(), summary));
      }
    }
    out.onNext(Messages.experimentEnded(""));
    out.onCompleted();
  }

  /** A run's summary.json, or nothing. */
  private String summary(StoredRun run) {
    Path file = options.results(run.experiment()).resolve(run.name()).resolve("summary.json");
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lets {@code holder} follow no more, as soon as the coordinator's thread comes to it. From any thread.
   *
   * @return how many streams there were
   */
  int end(Holder holder) {
    List<Follower> theirs = followers.stream().filter(each -> each.is(holder)).toList();
    theirs.forEach(each -> loop.execute(() -> each.refuse(Caller.REVOKED)));
    return theirs.size();
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> out) {
    answer(out, () -> {
      var response = ListResponse.newBuilder().addAllFleets(loop.meter().fleets());
      for (WorkerSession worker : loop.workers()) {
        response.addWorkerInfos(loop.meter().info(worker));
        if (!worker.isLeaving()) {
          response.addWorkers(worker.name());
        }
      }
      loop.takenAway()
          .forEach(
              (name, taken) -> response.addTakenAway(
                  WorkerInfo.newBuilder().setName(name).setTakenUnixNanos(taken)));
      for (StoredExperiment experiment : loop.store().experiments()) {
        loop.store().runs(experiment.id()).forEach(run -> response.addRuns(info(run)));
      }
      return response.build();
    });
  }

  @Override
  public void show(ShowRequest request, StreamObserver<ShowResponse> out) {
    answer(out, () -> {
      StoredRun run = run(request.getRunId());
      return ShowResponse.newBuilder()
          .setRun(info(run))
          .setSummaryJson(summary(run))
          .build();
    });
  }

  private StoredRun run(String id) {
    return loop.store()
        .runs(StoredRun.experimentOf(id))
        .stream()
        .filter(run -> run.id().equals(id))
        .findFirst()
        .orElseThrow(() -> unknown("run", id));
  }

  @Override
  public void stop(StopRequest request, StreamObserver<StopResponse> out) {
    answer(out, () -> {
      String id = request.getId();
      String experiment = StoredRun.experimentOf(id);
      if (!experiment.equals(id)) {
        var _ = run(id);
      } else if (loop.store().experiment(id).isEmpty()) {
        throw unknown("experiment", id);
      }
      loop.experiments()
          .find(experiment)
          .ifPresent(
              submission -> loop.experiments()
                  .stop(submission, request.getNow(), loop.nowNanos()));
      return StopResponse.getDefaultInstance();
    });
  }

  @Override
  public void scale(ScaleRequest request, StreamObserver<ScaleResponse> out) {
    answer(out, () -> {
      int users = request.getUsers();
      if (users < 1 || users > Numbers.USERS_MAX) {
        throw refused(
            Status.INVALID_ARGUMENT,
            "a run has from 1 to " + Numbers.USERS_MAX + " users, and not " + users
                + "; to have none for a while, pause it");
      }
      String run = change(
          request.getId(), "scaled", at -> new LoadChange.Scale(at, users));
      return ScaleResponse.newBuilder().setRunId(run).build();
    });
  }

  @Override
  public void pause(PauseRequest request, StreamObserver<PauseResponse> out) {
    answer(
        out, () -> PauseResponse.newBuilder()
            .setRunId(change(request.getId(), "paused", LoadChange.Pause::new))
            .build());
  }

  @Override
  public void resume(ResumeRequest request, StreamObserver<ResumeResponse> out) {
    answer(
        out, () -> ResumeResponse.newBuilder()
            .setRunId(change(request.getId(), "resumed", LoadChange.Resume::new))
            .build());
  }

  /** Changes the load of a run, or of an experiment's present one, and returns which that is. */
  private String change(String id, String done, LongFunction<LoadChange> asked) {
    ActiveRun active = loop.experiments().run();
    if (active != null && (active.id().equals(id) || active.submission().id().equals(id))) {
      active.change(asked, loop.nowNanos()).ifPresent(why -> {
        throw refused(
            Status.FAILED_PRECONDITION,
            "run " + active.id() + " cannot be " + done + ": " + why);
      });
      return active.id();
    }
    if (loop.store().experiment(id).isPresent()) {
      throw refused(
          Status.FAILED_PRECONDITION,
          "no run of experiment " + id + " is going on that could be " + done);
    }
    String state = switch (run(id).state()) {
      case RUN_STATE_WAITING -> "it has not begun";
      case RUN_STATE_CANCELLED -> "it was never begun";
      case RUN_STATE_RUNNING, RUN_STATE_ENDED, RUN_STATE_UNSPECIFIED, UNRECOGNIZED ->
        "it has ended";
    };
    throw refused(
        Status.FAILED_PRECONDITION, "run " + id + " cannot be " + done + ": " + state);
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<DrainResponse> out) {
    answer(out, () -> {
      int asked = loop.drain(request.getWorkerName());
      if (asked == 0) {
        throw unknown("worker", request.getWorkerName());
      }
      return DrainResponse.newBuilder().setWorkers(asked).build();
    });
  }

  @Override
  public void findDistribution(
      FindDistributionRequest request, StreamObserver<FindDistributionResponse> out) {
    var response = FindDistributionResponse.newBuilder();
    options.distribution()
        .ifPresent(served -> response.setPort(served.port()).setSha256(served.sha256()));
    out.onNext(response.build());
    out.onCompleted();
  }

  @Override
  public void bill(BillRequest request, StreamObserver<BillResponse> out) {
    answer(out, () -> {
      try {
        loop.meter().take(request);
      } catch (IllegalArgumentException e) {
        throw refused(Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      }
      loop.heedCeilings();
      return BillResponse.getDefaultInstance();
    });
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<FetchResponse> out) {
    String id = request.getExperimentId();
    var pieces = new Pieces<>((ServerCallStreamObserver<FetchResponse>) out);
    // Else the report could be missing beside runs that have ended.
    var _ = loop.callWhenWritten(() -> {
      if (loop.store().experiment(id).isEmpty()) {
        throw unknown("experiment", id);
      }
      if (loop.store().runs(id).stream().anyMatch(ControlEndpoint::isGoing)) {
        throw refused(
            Status.FAILED_PRECONDITION, "a run of experiment " + id + " is still going");
      }
      return options.results(id);
    }).whenCompleteAsync((folder, problem) -> {
      try {
        if (problem != null) {
          throw problem;
        }
        sendFiles(folder, pieces);
        pieces.end();
      } catch (Throwable e) {
        out.onError(asStatus(e));
      }
    }, Thread::startVirtualThread); // a slow reader must not hold up the coordinator's thread
  }

  private static boolean isGoing(StoredRun run) {
    return run.state() == RunState.RUN_STATE_RUNNING || run.state() == RunState.RUN_STATE_WAITING;
  }

  private static void sendFiles(Path folder, Pieces<FetchResponse> out)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String path = folder.relativize(file).toString().replace('\\', '/');
      try (var in = Files.newInputStream(file)) {
        byte[] piece;
        do {
          piece = in.readNBytes(PIECE_BYTES);
          out.send(
              FetchResponse.newBuilder()
                  .setPath(path)
                  .setContent(ByteString.copyFrom(piece))
                  .build());
        } while (piece.length == PIECE_BYTES);
      }
    }
  }

  private static RunInfo info(StoredRun run) {
    return RunInfo.newBuilder()
        .setRunId(run.id())
        .setExperimentId(run.experiment())
        .setName(run.name())
        .setUsers(run.size().users())
        .setRate(run.size().rate())
        .setState(run.state())
        .setSubmittedUnixNanos(run.submittedUnixNanos())
        .setStartUnixNanos(run.startUnixNanos())
        .build();
  }

  /** Asks the coordinator's thread and passes its answer on. */
  private <T> void answer(StreamObserver<T> out, Callable<T> question) {
    var _ = loop.call(question).whenComplete((answer, problem) -> {
      if (problem != null) {
        out.onError(asStatus(problem));
      } else {
        out.onNext(answer);
        out.onCompleted();
      }
    });
  }

  private static StatusRuntimeException unknown(String what, String id) {
    return refused(Status.NOT_FOUND, "no " + what + " is called " + id);
  }

  private static StatusRuntimeException refused(Status status, String why) {
    return status.withDescription(why).asRuntimeException();
  }

  private static Throwable asStatus(Throwable problem) {
    return problem instanceof StatusRuntimeException
        ? problem
        : Status.INTERNAL.withDescription(problem.toString()).asRuntimeException();
  }
}
