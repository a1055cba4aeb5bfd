package dev.muster.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * The SHA-256 of a certificate or a public key. It is no secret.
 *
 * @param hex 64 digits
 */
public record Fingerprint(String hex) {

  static final int BYTES = 32;

  /** The fingerprint of {@code certificate}. */
  public static Fingerprint of(X509Certificate certificate) {
    try {
      return digest(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The fingerprint of {@code key}. */
  public static Fingerprint of(PublicKey key) {
    return digest(key.getEncoded());
  }

  private static Fingerprint digest(byte[] encoded) {
    try {
      return of(MessageDigest.getInstance("SHA-256").digest(encoded));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static Fingerprint of(byte[] digest) {
    return new Fingerprint(HexFormat.of().formatHex(digest));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** Enough of it for people to tell two apart. */
  @Override
  public String toString() {
    return hex.substring(0, 16);
  }
}
