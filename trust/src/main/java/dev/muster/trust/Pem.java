package dev.muster.trust;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468). */
final class Pem {

  private static final Pattern BLOCK = Pattern.compile(
      "-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  private Pem() {}

  static String of(PrivateKey key) {
    return block(KEY, key.getEncoded());
  }

  static String of(List<X509Certificate> certificates) {
    var text = new StringBuilder();
    for (X509Certificate each : certificates) {
      text.append(block(CERTIFICATE, encoded(each)));
    }
    return text.toString();
  }

  static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String block(String kind, byte[] bytes) {
    return "-----BEGIN " + kind + "-----\n"
        + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(bytes)
        + "\n-----END " + kind + "-----\n";
  }

  /**
   * The one key in {@code text}.
   *
   * @param where it was read from, for the sentence
   * @throws TrustProblem if there is none that we can read. The message tells nothing of the key.
   */
  static PrivateKey key(String text, String where) {
    for (Matcher block = BLOCK.matcher(text); block.find();) {
      if (block.group(1).equals(KEY)) {
        return key(bytes(block.group(2), where), where);
      }
      if (block.group(1).endsWith(KEY)) {
        throw new TrustProblem(
            where + ": the key is of the kind '" + block.group(1)
                + "'.\n  Expected '" + KEY
                + "', without a password; 'openssl pkcs8 -topk8 -nocrypt' "
                + "makes one of it.");
      }
    }
    throw new TrustProblem(where + ": there is no key.\n  Expected '-----BEGIN " + KEY + "-----'.");
  }

  private static PrivateKey key(byte[] encoded, String where) {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // Of another kind, perhaps.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new TrustProblem(
        where + ": the key cannot be read.\n  Expected one of these kinds: "
            + String.join(", ", ALGORITHMS) + ".");
  }

  /**
   * All certificates in {@code text}, in their order.
   *
   * @throws TrustProblem if there is none, or one cannot be read
   */
  static List<X509Certificate> certificates(String text, String where) {
    var found = new ArrayList<X509Certificate>();
    for (Matcher block = BLOCK.matcher(text); block.find();) {
      if (block.group(1).equals(CERTIFICATE)) {
        found.add(certificate(bytes(block.group(2), where), where));
      }
    }
    if (found.isEmpty()) {
      throw new TrustProblem(
          where + ": there is no certificate.\n  Expected '-----BEGIN " + CERTIFICATE + "-----'.");
    }
    return found;
  }

  static X509Certificate certificate(byte[] encoded, String where) {
    try {
      if (CertificateFactory.getInstance("X.509")
          .generateCertificate(
              new ByteArrayInputStream(encoded)) instanceof X509Certificate certificate) {
        return certificate;
      }
    } catch (CertificateException e) {
      throw new TrustProblem(where + ": a certificate cannot be read: " + e.getMessage(), e);
    }
    throw new TrustProblem(where + ": a certificate cannot be read");
  }

  private static byte[] bytes(String base64, String where) {
    try {
      return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new TrustProblem(where + ": what stands between BEGIN and END is no Base64", e);
    }
  }

  /** Whether {@code key} is the other half of that in {@code certificate}: one verifies what the other signs. */
  static boolean belong(PrivateKey key, X509Certificate certificate) {
    try {
      String algorithm = switch (key.getAlgorithm()) {
        case "EC" -> "SHA256withECDSA";
        case "RSA" -> "SHA256withRSA";
        default -> key.getAlgorithm();
      };
      var signature = java.security.Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
