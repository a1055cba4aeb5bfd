package dev.muster.cli.rpc;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.trust.JoinToken;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Dialer;
import dev.muster.trust.rpc.TellingVersion;
import dev.muster.v1.BillRequest;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.DrainRequest;
import dev.muster.v1.EnrolServiceGrpc;
import dev.muster.v1.ExpectRequest;
import dev.muster.v1.FetchRequest;
import dev.muster.v1.FetchResponse;
import dev.muster.v1.FindDistributionRequest;
import dev.muster.v1.FindDistributionResponse;
import dev.muster.v1.FollowRequest;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.ListRequest;
import dev.muster.v1.ListResponse;
import dev.muster.v1.MakeTokenRequest;
import dev.muster.v1.PauseRequest;
import dev.muster.v1.ResumeRequest;
import dev.muster.v1.RevokeRequest;
import dev.muster.v1.ScaleRequest;
import dev.muster.v1.ShowRequest;
import dev.muster.v1.ShowResponse;
import dev.muster.v1.StopRequest;
import dev.muster.v1.SubmitRequest;
import dev.muster.v1.SubmitResponse;
import dev.muster.v1.Version;
import dev.muster.v1.VoidTokenRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a coordinator. Every method throws {@link UserError} with a sentence when the coordinator
 * cannot be reached or refuses. For any thread.
 */
public final class ControlClient implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  /** How long somebody may take to start another coordinator. */
  private static final Duration RETURN_PATIENCE = Duration.ofMinutes(10);

  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final String address;
  private final ManagedChannel channel;
  private final ControlServiceGrpc.ControlServiceBlockingStub stub;
  private final EnrolServiceGrpc.EnrolServiceBlockingStub trust;

  /**
   * A client of the coordinator at {@code host} and {@code port}; connects when first used.
   *
   * @param dialer opens the link
   */
  public ControlClient(String host, int port, Dialer dialer) {
    address = host + ":" + port;
    channel = dialer.dial(host, port)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .intercept(new TellingVersion(Version.OURS))
        .build();
    stub = ControlServiceGrpc.newBlockingStub(channel);
    trust = EnrolServiceGrpc.newBlockingStub(channel);
  }

  /** Submits an experiment. */
  public SubmitResponse submit(SubmitRequest request) {
    return asking(() -> stub.submit(request));
  }

  /**
   * Passes on what happens to an experiment until it has ended. A coordinator that goes away is waited for,
   * as another may go on in its place; what was passed on may come again then.
   *
   * @param away is called when the coordinator has gone
   */
  public void follow(String experiment, Consumer<FollowResponse> reader, Runnable away) {
    asking(() -> {
      var awaySince = new AtomicReference<@Nullable Instant>();
      while (true) {
        try {
          stub.follow(FollowRequest.newBuilder().setExperimentId(experiment).build())
              .forEachRemaining(event -> {
                awaySince.set(null);
                reader.accept(event);
              });
          return experiment;
        } catch (StatusRuntimeException e) {
          // A coordinator that is told to end cancels what is open.
          if (!isGone(e.getStatus()) && e.getStatus().getCode() != Status.Code.CANCELLED) {
            throw e;
          }
          Instant since = awaySince.get();
          if (since == null) {
            awaySince.set(Instant.now());
            away.run();
          } else if (since.plus(RETURN_PATIENCE).isBefore(Instant.now())) {
            throw e;
          }
          pause(e);
        }
      }
    });
  }

  private static void pause(StatusRuntimeException why) {
    try {
      Thread.sleep(RETRY_AFTER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw why;
    }
  }

  /** The runs and workers of the coordinator. */
  public ListResponse list() {
    return asking(() -> stub.list(ListRequest.getDefaultInstance()));
  }

  /** One run. */
  public ShowResponse show(String run) {
    return asking(() -> stub.show(ShowRequest.newBuilder().setRunId(run).build()));
  }

  /**
   * Stops an experiment or the experiment of a run.
   *
   * @param now whether requests in flight are abandoned
   */
  public void stop(String id, boolean now) {
    asking(() -> stub.stop(StopRequest.newBuilder().setId(id).setNow(now).build()));
  }

  /** Sets the number of users of a run, or of an experiment's present one; returns which that is. */
  public String scale(String id, int users) {
    return asking(
        () -> stub.scale(ScaleRequest.newBuilder().setId(id).setUsers(users).build()).getRunId());
  }

  /** Holds the load of a run, or of an experiment's present one; returns which that is. */
  public String pause(String id) {
    return asking(() -> stub.pause(PauseRequest.newBuilder().setId(id).build()).getRunId());
  }

  /** Lets a paused run, or an experiment's present one, go on; returns which that is. */
  public String resume(String id) {
    return asking(() -> stub.resume(ResumeRequest.newBuilder().setId(id).build()).getRunId());
  }

  /**
   * Asks the workers of a name to leave, and returns how many there are. Does not wait until they have.
   */
  public int drain(String worker) {
    return asking(
        () -> stub.drain(DrainRequest.newBuilder().setWorkerName(worker).build()).getWorkers());
  }

  /** Where machines fetch Muster from this coordinator; nothing, where it serves none. */
  public Optional<FindDistributionResponse> distribution() {
    return Optional.of(
        asking(() -> stub.findDistribution(FindDistributionRequest.getDefaultInstance())))
        .filter(served -> served.getPort() > 0);
  }

  /**
   * Tells what machines of workers cost, each in place of what was told of it before, and what their fleet
   * may cost. May be repeated.
   */
  public void bill(BillRequest request) {
    var _ = asking(() -> stub.bill(request));
  }

  /**
   * Brings the result files of an experiment into {@code folder}.
   *
   * @throws UncheckedIOException if one cannot be written
   */
  public void fetch(String experiment, Path folder) {
    asking(() -> {
      try (var files = new IncomingFiles(folder)) {
        stub.fetch(FetchRequest.newBuilder().setExperimentId(experiment).build())
            .forEachRemaining(files::write);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return experiment;
    });
  }

  /**
   * Takes back the certificates of who has that name in that role.
   *
   * @return how many streams of theirs were ended
   */
  public int revoke(Role role, String name) {
    return asking(
        () -> trust.revoke(
            RevokeRequest.newBuilder().setName(name).setRole(role.word()).build())
            .getEndedStreams());
  }

  /**
   * A join token that admits a limited number of workers, each under another name.
   *
   * @param valid how long it can be used, up to 24 hours
   * @param uses how many it admits, up to 10,000
   * @param waitsForNames whether it admits only those whom {@link #expect} tells of
   */
  public JoinToken makeToken(Duration valid, int uses, boolean waitsForNames) {
    return asking(
        () -> JoinToken.parse(
            trust.makeToken(
                MakeTokenRequest.newBuilder()
                    .setRole(Role.WORKER.word())
                    .setValidMillis(valid.toMillis())
                    .setUses(uses)
                    .setWaitsForNames(waitsForNames)
                    .build())
                .getToken()));
  }

  /**
   * Lets workers of these names enrol with a limited token that waits for names, beside those told of before.
   * May be repeated.
   *
   * @param token its {@link JoinToken#id}
   */
  public void expect(String token, Collection<String> names) {
    asking(
        () -> trust.expect(
            ExpectRequest.newBuilder().setTokenId(token).addAllNames(names).build()));
  }

  /**
   * Makes a limited token void; those who have enrolled with it stay. May be repeated.
   *
   * @param token its {@link JoinToken#id}
   * @return whether it lived until now
   */
  public boolean voidToken(String token) {
    return asking(
        () -> trust.voidToken(VoidTokenRequest.newBuilder().setTokenId(token).build()).getLived());
  }

  /** Whether it says that no coordinator answers, which may pass. */
  public static boolean isAway(UserError problem) {
    return problem.getCause() instanceof StatusRuntimeException e && isGone(e.getStatus());
  }

  /** What a coordinator says itself has no cause here; a link that breaks at a call has, and some code. */
  private static boolean isGone(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE || status.getCause() != null;
  }

  private <T> T asking(Supplier<T> question) {
    try {
      return question.get();
    } catch (StatusRuntimeException e) {
      Status status = Dialer.explained(e.getStatus());
      String why = status.getDescription() == null
          ? status.getCode().toString()
          : status.getDescription();
      if (status.getCode() != e.getStatus().getCode()) {
        throw new UserError(ExitCode.FAILED, "No link to " + address + ": " + why + ".", e);
      }
      throw switch (isGone(status) ? Status.Code.UNAVAILABLE : status.getCode()) {
        case UNIMPLEMENTED -> new UserError(
            ExitCode.FAILED,
            "The coordinator at " + address + " does not know this; it is of another version of "
                + "Muster, or was started with --insecure and has nothing to do with certificates.",
            e);
        case UNAUTHENTICATED, PERMISSION_DENIED -> new UserError(
            ExitCode.FAILED, "The coordinator at " + address + " refuses: " + why + ".", e);
        case UNAVAILABLE -> new UserError(
            ExitCode.FAILED,
            "No coordinator answers at " + address
                + ".\n  Start one with: muster coordinator",
            e);
        case INVALID_ARGUMENT -> new UserError(ExitCode.USAGE, why, e);
        default -> new UserError(ExitCode.FAILED, "The coordinator says: " + why, e);
      };
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Files that arrive in pieces, one after another. */
  private static final class IncomingFiles implements AutoCloseable {

    private final Path folder;
    private String path = "";
    private OutputStream out = OutputStream.nullOutputStream();

    IncomingFiles(Path folder) {
      this.folder = folder;
    }

    void write(FetchResponse piece) {
      try {
        if (!piece.getPath().equals(path)) {
          out.close();
          path = piece.getPath();
          Path file = folder.resolve(path).normalize();
          if (!file.startsWith(folder)) {
            throw new IOException("the coordinator sent a file outside the folder: " + path);
          }
          Files.createDirectories(file.getParent());
          out = Files.newOutputStream(file);
        }
        piece.getContent().writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
