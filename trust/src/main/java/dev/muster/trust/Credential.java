package dev.muster.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody shows, and whom they trust: a key, its certificate with those that lead to an authority,
 * and the authorities whose other side is believed. {@link #toString} tells nothing of the key.
 *
 * @param chain the holder's certificate first
 * @param authorities at least one
 * @param isOwn whether it was made by a coordinator's own authority, which names every coordinator {@link
 *     Authority#SERVER_NAME}; otherwise its certificate must name the host that one asked for
 */
public record Credential(
    PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities,
    boolean isOwn) {

  private static final String FILE = "credential.pem";

  public Credential {
    chain = List.copyOf(chain);
    authorities = List.copyOf(authorities);
    if (chain.isEmpty() || authorities.isEmpty()) {
      throw new IllegalArgumentException("a credential needs a certificate and an authority");
    }
  }

  /** The certificate that it shows. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Whom it was given to; nobody, where that is a server or its certificate does not say. */
  public Optional<Holder> holder() {
    return Holder.of(certificate());
  }

  /** When it ends to be of use. */
  public Instant expires() {
    return certificate().getNotAfter().toInstant();
  }

  /** When the next one should be there: at two thirds of its life, so that a third is left to try again. */
  public Instant renewAt() {
    Instant begin = certificate().getNotBefore().toInstant().plus(Authority.BACKDATED);
    return begin.plus(Duration.between(begin, expires()).multipliedBy(2).dividedBy(3));
  }

  /**
   * The credential in {@code folder}, if there is one.
   *
   * @throws TrustProblem if it cannot be read
   */
  public static Optional<Credential> load(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      String text = Files.readString(file);
      String where = file.toString();
      List<X509Certificate> certificates = Pem.certificates(text, where);
      return Optional.of(
          checked(
              new Credential(
                  Pem.key(text, where), certificates.subList(0, 1),
                  certificates.subList(certificates.size() - 1, certificates.size()), true),
              where));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new TrustProblem("The credential " + file + " cannot be read: " + e, e);
    }
  }

  /**
   * Keeps it in {@code folder}, which is made where it is missing. One file, so that a key never lies
   * beside the certificate of another.
   *
   * @throws IOException if it cannot be written
   */
  public void save(Path folder) throws IOException {
    PrivateFiles.write(
        folder.resolve(FILE),
        Pem.of(key) + Pem.of(Stream.concat(chain.stream(), authorities.stream()).toList()));
  }

  /**
   * Removes what {@link #save} has put into {@code folder}.
   *
   * @throws IOException if that cannot be done
   */
  public static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }

  /**
   * A credential made by somebody else's authority.
   *
   * @param certificate a file with the certificate, and those that lead to the authority
   * @param key a file with its key, in PKCS #8 without a password
   * @param authority a file with the certificates of the authorities to trust
   * @throws TrustProblem if they cannot be read, or do not fit together
   */
  public static Credential given(Path certificate, Path key, Path authority) {
    return checked(
        new Credential(
            Pem.key(text(key), key.toString()),
            Pem.certificates(text(certificate), certificate.toString()),
            Pem.certificates(text(authority), authority.toString()), false),
        certificate.toString());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TrustProblem(
          file + " cannot be read: "
              + (e instanceof NoSuchFileException ? "there is no such file" : e.getMessage()) + ".",
          e);
    }
  }

  private static Credential checked(Credential credential, String where) {
    if (!Pem.belong(credential.key(), credential.certificate())) {
      throw new TrustProblem(where + ": the key is not that of the certificate.");
    }
    return credential;
  }

  @Override
  public String toString() {
    return "the credential of " + certificate().getSubjectX500Principal() + ", until " + expires();
  }
}
