package dev.muster.trust.rpc;

import com.google.protobuf.ByteString;
import dev.muster.trust.Credential;
import dev.muster.trust.Fingerprint;
import dev.muster.trust.JoinToken;
import dev.muster.trust.KeyPairs;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.ServerTrust;
import dev.muster.trust.TrustProblem;
import dev.muster.v1.EnrolRequest;
import dev.muster.v1.EnrolServiceGrpc;
import dev.muster.v1.RenewRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Gets certificates from a coordinator. The private key is made here and never leaves the process. All
 * methods wait, and may be called from any thread.
 *
 * @param host of the coordinator
 * @param port of the coordinator
 */
public record Enrolment(String host, int port) {

  private static final long PATIENCE_SECONDS = 20;
  private static final long RETRY_MILLIS = 200;

  /** Who is told to wait, may be for long and with many others, each of whom costs a handshake. */
  private static final long RETRY_WHEN_TOLD_MILLIS = 2_000;

  /** The coordinator does not answer, or not yet with a certificate; it may later. */
  public static final class NotThere extends Exception {

    private static final long serialVersionUID = 1;

    NotThere(StatusRuntimeException cause) {
      super(cause);
    }

    /** Why the coordinator lets nobody in for now; empty where none was reached. */
    Optional<String> said() {
      return getCause() instanceof StatusRuntimeException e
          && e.getStatus().getCode() == Status.Code.UNAVAILABLE
          && e.getStatus().getCause() == null
              ? Optional.ofNullable(e.getStatus().getDescription())
              : Optional.empty();
    }
  }

  /**
   * A first credential, for the token's role.
   *
   * @param name what its holder is to be called
   * @throws NotThere if no coordinator answers, or it does not expect the name yet
   * @throws TrustProblem if it is another, or refuses
   */
  public Credential enrol(JoinToken token, String name) throws NotThere {
    return enrol(token, name, KeyPairs.generate());
  }

  private Credential enrol(JoinToken token, String name, KeyPair keys) throws NotThere {
    return credential(
        keys, token.authority(),
        ask(
            Dialer.pinned(token.authority()),
            stub -> stub.enrol(
                EnrolRequest.newBuilder()
                    .setPass(ByteString.copyFrom(token.pass()))
                    .setName(name)
                    .setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()))
                    .build())
                .getCertificatesList()));
  }

  /**
   * As {@link #enrol}, trying again until a coordinator answers with a certificate. An answer that did not
   * arrive costs no second use of a limited token.
   *
   * @param giveUpAfter how long to go on trying
   * @throws TrustProblem if it is another or refuses, or none answers in time
   */
  public Credential enrol(JoinToken token, String name, Duration giveUpAfter) {
    KeyPair keys = KeyPairs.generate();
    long begin = System.nanoTime();
    while (true) {
      long wait;
      try {
        return enrol(token, name, keys);
      } catch (NotThere e) {
        if (System.nanoTime() - begin > giveUpAfter.toNanos()) {
          String where = host + ":" + port + " for " + giveUpAfter.toSeconds() + " s";
          throw new TrustProblem(
              e.said()
                  .map(why -> "it was not let in at " + where + ": " + why)
                  .orElse("no coordinator at " + where),
              e);
        }
        wait = e.said().isPresent() ? RETRY_WHEN_TOLD_MILLIS : RETRY_MILLIS;
      }
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TrustProblem("it was told to end before it had joined", e);
      }
    }
  }

  /**
   * The credential after {@code now}, for a new key.
   *
   * @throws NotThere if no coordinator answers
   * @throws TrustProblem if it is another, or refuses
   */
  public Credential renew(Credential now) throws NotThere {
    KeyPair keys = KeyPairs.generate();
    return credential(
        keys, Fingerprint.of(now.authorities().getFirst()),
        ask(
            Dialer.mutual(new LiveCredential(now)),
            stub -> stub.renew(
                RenewRequest.newBuilder()
                    .setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()))
                    .build())
                .getCertificatesList()));
  }

  private List<ByteString> ask(
      Dialer dialer,
      Function<EnrolServiceGrpc.EnrolServiceBlockingStub, List<ByteString>> question)
      throws NotThere {
    ManagedChannel channel = dialer.dial(host, port).build();
    try {
      return question.apply(
          EnrolServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      Status why = Dialer.explained(e.getStatus());
      if (why.getCode() == Status.Code.UNAVAILABLE
          || why.getCode() == Status.Code.DEADLINE_EXCEEDED) {
        throw new NotThere(e);
      }
      throw new TrustProblem(
          why.getDescription() == null ? why.getCode().toString() : why.getDescription(), e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static Credential credential(
      KeyPair keys,
      Fingerprint authority,
      List<ByteString> encoded) {
    var chain = new ArrayList<X509Certificate>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (ByteString each : encoded) {
        if (factory.generateCertificate(
            new ByteArrayInputStream(each.toByteArray())) instanceof X509Certificate read) {
          chain.add(read);
        }
      }
    } catch (CertificateException e) {
      throw new TrustProblem("the coordinator sent a certificate that cannot be read", e);
    }
    List<X509Certificate> authorities = ServerTrust.pinned(chain, authority).stream().toList();
    if (authorities.isEmpty() || chain.isEmpty()
        || !chain.getFirst().getPublicKey().equals(keys.getPublic())) {
      throw new TrustProblem("the coordinator sent the certificate of somebody else");
    }
    return new Credential(keys.getPrivate(), chain.subList(0, 1), authorities, true);
  }
}
