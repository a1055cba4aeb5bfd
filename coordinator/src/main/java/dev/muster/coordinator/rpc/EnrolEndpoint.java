package dev.muster.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.muster.trust.Authority;
import dev.muster.trust.Holder;
import dev.muster.trust.JoinToken;
import dev.muster.trust.KeyPairs;
import dev.muster.trust.LimitedTokens;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import dev.muster.v1.EnrolRequest;
import dev.muster.v1.EnrolResponse;
import dev.muster.v1.EnrolServiceGrpc;
import dev.muster.v1.ExpectRequest;
import dev.muster.v1.ExpectResponse;
import dev.muster.v1.MakeTokenRequest;
import dev.muster.v1.MakeTokenResponse;
import dev.muster.v1.RenewRequest;
import dev.muster.v1.RenewResponse;
import dev.muster.v1.RevokeRequest;
import dev.muster.v1.RevokeResponse;
import dev.muster.v1.VoidTokenRequest;
import dev.muster.v1.VoidTokenResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out certificates and takes them back, and makes tokens to get them. Everything else but {@code enrol}
 * is behind the gate.
 */
final class EnrolEndpoint extends EnrolServiceGrpc.EnrolServiceImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(EnrolEndpoint.class);

  private final Gate gate;
  private final ClusterEndpoint workers;
  private final ControlEndpoint people;

  EnrolEndpoint(Gate gate, ClusterEndpoint workers, ControlEndpoint people) {
    this.gate = gate;
    this.workers = workers;
    this.people = people;
  }

  @Override
  public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> out) {
    answer(out, () -> {
      Holder holder = admitted(request);
      List<ByteString> chain = chain(holder, request.getPublicKey());
      LOG.info("Has enrolled: {}", holder);
      return EnrolResponse.newBuilder().addAllCertificates(chain).build();
    });
  }

  private Holder admitted(EnrolRequest request) {
    try {
      return authority().admit(
          request.getPass().toByteArray(), request.getName(), request.getPublicKey().toByteArray(),
          gate.revocations(), gate.limited());
    } catch (TrustProblem e) {
      LOG.info("An enrolment is refused: {}", e.getMessage());
      throw refused(Status.UNAUTHENTICATED, e.getMessage());
    } catch (LimitedTokens.NotExpected e) {
      LOG.debug("An enrolment has to wait: {}", e.getMessage());
      throw refused(Status.UNAVAILABLE, e.getMessage());
    } catch (IOException e) {
      LOG.warn("An enrolment cannot be written, so nobody was let in", e);
      throw refused(
          Status.UNAVAILABLE, "the coordinator cannot write the enrolment, so it does not count");
    }
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<RenewResponse> out) {
    Caller caller = Caller.present();
    answer(out, () -> {
      if (caller == null) {
        throw refused(Status.UNAUTHENTICATED, "no certificate was shown");
      }
      return RenewResponse.newBuilder()
          .addAllCertificates(chain(caller.holder(), request.getPublicKey()))
          .build();
    });
  }

  private List<ByteString> chain(Holder holder, ByteString key)
      throws CertificateEncodingException {
    var chain = new ArrayList<ByteString>();
    for (X509Certificate each : authority().issue(holder, KeyPairs.read(key.toByteArray()))) {
      chain.add(ByteString.copyFrom(each.getEncoded()));
    }
    return chain;
  }

  private Authority authority() {
    return gate.authority()
        .orElseThrow(
            () -> refused(
                Status.FAILED_PRECONDITION,
                "this coordinator was started with certificates of another authority and makes none; "
                    + "ask for one where it came from, and give it with --certificate, --key and --ca"));
  }

  @Override
  public void revoke(RevokeRequest request, StreamObserver<RevokeResponse> out) {
    answer(out, () -> {
      Role role = role(request.getRole());
      Holder holder = new Holder(role, request.getName());
      try {
        gate.revoke(holder);
      } catch (IOException e) {
        throw refused(
            Status.INTERNAL, "the revocation cannot be written, so nothing was done: " + e);
      }
      int ended = role == Role.WORKER ? workers.end(holder) : people.end(holder);
      LOG.info("Is revoked: {}", holder);
      return RevokeResponse.newBuilder().setEndedStreams(ended).build();
    });
  }

  private static Role role(String word) {
    return word.isEmpty()
        ? Role.WORKER
        : Role.of(word)
            .orElseThrow(
                () -> refused(Status.INVALID_ARGUMENT, "no role is called " + word));
  }

  @Override
  public void makeToken(MakeTokenRequest request, StreamObserver<MakeTokenResponse> out) {
    Caller caller = Caller.present();
    answerKept(out, () -> {
      if (caller == null) {
        throw refused(Status.UNAUTHENTICATED, "no certificate was shown");
      }
      Role role = role(request.getRole());
      if (role != Role.WORKER) {
        throw refused(
            Status.INVALID_ARGUMENT,
            "a token for " + role.phrase() + " is made on the coordinator's machine only: muster "
                + "coordinator token --role " + role.word());
      }
      JoinToken token = authority().limitedToken(
          caller.holder(), Duration.ofMillis(request.getValidMillis()), request.getUses(),
          request.getWaitsForNames(), gate.limited());
      LOG.info("{} has made {}, {} uses, id {}", caller.holder(), token, request.getUses(),
          token.id());
      return MakeTokenResponse.newBuilder().setToken(token.text()).setId(token.id()).build();
    });
  }

  @Override
  public void expect(ExpectRequest request, StreamObserver<ExpectResponse> out) {
    answerKept(out, () -> {
      gate.limited().expect(request.getTokenId(), request.getNamesList());
      return ExpectResponse.getDefaultInstance();
    });
  }

  @Override
  public void voidToken(VoidTokenRequest request, StreamObserver<VoidTokenResponse> out) {
    answerKept(out, () -> {
      boolean lived = gate.limited().makeVoid(request.getTokenId());
      if (lived) {
        LOG.info("The limited join token {} is void", request.getTokenId());
      }
      return VoidTokenResponse.newBuilder().setLived(lived).build();
    });
  }

  /** As {@link #answer}, where limited tokens are changed. */
  private static <T> void answerKept(StreamObserver<T> out, Callable<T> change) {
    answer(out, () -> {
      try {
        return change.call();
      } catch (TrustProblem e) {
        throw refused(Status.FAILED_PRECONDITION, e.getMessage());
      } catch (IOException e) {
        LOG.warn("Limited join tokens cannot be written", e);
        throw refused(
            Status.INTERNAL,
            "what is to be remembered cannot be written, so nothing was done: " + e);
      }
    });
  }

  private static <T> void answer(StreamObserver<T> out, Callable<T> question) {
    T answer;
    try {
      answer = question.call();
    } catch (StatusRuntimeException e) {
      out.onError(e);
      return;
    } catch (IllegalArgumentException e) {
      out.onError(refused(Status.INVALID_ARGUMENT, e.getMessage()));
      return;
    } catch (Exception e) {
      LOG.error("A certificate could not be made", e);
      out.onError(refused(Status.INTERNAL, "the coordinator met a defect of its own"));
      return;
    }
    out.onNext(answer);
    out.onCompleted();
  }

  private static StatusRuntimeException refused(
      Status status,
      @Nullable String why) {
    return status.withDescription(why).asRuntimeException();
  }
}
