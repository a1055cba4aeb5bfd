package dev.muster.trust;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;

/** Keys on the curve P-256: made in a millisecond, and every TLS library knows them. */
public final class KeyPairs {

  private static final String CURVE = "secp256r1";
  private static final int LONGEST_ENCODED = 200;

  private KeyPairs() {}

  /** A new pair. */
  public static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a public key that somebody sent, as X.509 SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException with a sentence, if it is no key on P-256
   */
  public static PublicKey read(byte[] encoded) {
    try {
      if (encoded.length <= LONGEST_ENCODED
          && KeyFactory.getInstance("EC")
              .generatePublic(
                  new X509EncodedKeySpec(encoded)) instanceof ECPublicKey key
          && isOnCurve(key)) {
        return key;
      }
    } catch (InvalidKeySpecException e) {
      // Told below.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalArgumentException("the public key is none on the curve P-256");
  }

  // y² = x³ + ax + b (mod p): a point beside the curve would be a key of a weaker one.
  private static boolean isOnCurve(ECPublicKey key) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    var curve = parameters.getParameterSpec(ECParameterSpec.class).getCurve();
    if (!curve.equals(key.getParams().getCurve())
        || !(curve.getField() instanceof java.security.spec.ECFieldFp field)
        || key.getW().equals(ECPoint.POINT_INFINITY)) {
      return false;
    }
    BigInteger p = field.getP();
    BigInteger x = key.getW().getAffineX();
    BigInteger y = key.getW().getAffineY();
    return x.signum() >= 0 && y.signum() >= 0 && x.compareTo(p) < 0 && y.compareTo(p) < 0
        && y.multiply(y)
            .subtract(x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()))
            .mod(p)
            .signum() == 0;
  }
}
