package dev.muster.trust;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says whom a client's certificate names, or why it is not believed. TLS has made sure that the client
 * has the key; whether the certificate counts is judged here, after the handshake, since a handshake that
 * fails can tell the client no sentence.
 *
 * @param authorities whose certificates count
 * @param backdated by how much these let certificates begin before they are made
 */
public record ClientJudge(List<X509Certificate> authorities, Duration backdated) {

  private static final String CLIENT_USE = "1.3.6.1.5.5.7.3.2";

  /** What a certificate is worth. */
  public sealed interface Judgement {

    /**
     * It counts.
     *
     * @param issued when the certificate was made
     */
    record Known(Holder holder, Instant issued) implements Judgement {}

    /**
     * It does not.
     *
     * @param why a sentence for the one who showed it
     */
    record Refused(String why) implements Judgement {}
  }

  public ClientJudge {
    authorities = List.copyOf(authorities);
  }

  /** Judges {@code chain}, as the client sent it, at {@code now}. */
  public Judgement judge(List<X509Certificate> chain, Instant now) {
    X509Certificate certificate = chain.getFirst();
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(begin)) {
      return new Judgement.Refused(
          "your certificate begins at " + begin + ", and here it is " + now
              + "; set the clock that is wrong");
    }
    if (!leadsToAuthority(chain, now.isBefore(end) ? now : end)) {
      return new Judgement.Refused(
          "your certificate is not of this coordinator's authority; join it with a token that it "
              + "prints: muster coordinator token");
    }
    if (now.isAfter(end)) {
      return new Judgement.Refused(
          "your certificate expired at " + end
              + "; join again with a fresh token: muster coordinator token");
    }
    Optional<Holder> holder = Holder.of(certificate);
    if (holder.isEmpty() || !isForClients(certificate)) {
      return new Judgement.Refused(
          "your certificate says of no role in its subject; expected one for clients, with "
              + "OU=worker, OU=operator or OU=viewer, and a CN");
    }
    return new Judgement.Known(
        holder.get(), begin.plus(backdated));
  }

  private boolean leadsToAuthority(List<X509Certificate> chain, Instant now) {
    try {
      var parameters = new PKIXParameters(
          authorities.stream()
              .map(authority -> new TrustAnchor(authority, null))
              .collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false); // Revocations are looked at with each call.
      parameters.setDate(Date.from(now));
      var path = CertificateFactory.getInstance("X.509")
          .generateCertPath(
              chain.stream().filter(each -> !authorities.contains(each)).toList());
      if (path.getCertificates().isEmpty()) {
        return false;
      }
      CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return true;
    } catch (CertPathValidatorException | CertificateException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One that does not say what it is for is for everything. */
  private static boolean isForClients(X509Certificate certificate) {
    try {
      List<String> uses = certificate.getExtendedKeyUsage();
      return uses == null || uses.contains(CLIENT_USE);
    } catch (CertificateException e) {
      return false;
    }
  }
}
