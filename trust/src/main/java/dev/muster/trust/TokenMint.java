package dev.muster.trust;

import dev.muster.trust.JoinToken.Claims;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Makes passes and knows them again. A pass carries what it admits to under a key that only the
 * authority has, so none has to be remembered but of limited ones how often they were used, and a process
 * beside the coordinator can make one. For any thread.
 */
final class TokenMint {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKey key;

  TokenMint(SecretKey key) {
    this.key = key;
  }

  byte[] pass(Role role, boolean limited, Instant now, Duration valid) {
    byte[] nonce = new byte[JoinToken.NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] claims = ByteBuffer.allocate(JoinToken.CLAIMS_BYTES)
        .put((byte) (role.code() | (limited ? JoinToken.LIMITED : 0)))
        .putLong(now.toEpochMilli())
        .putLong(now.plus(valid).toEpochMilli())
        .put(nonce)
        .array();
    return ByteBuffer.allocate(JoinToken.PASS_BYTES).put(claims).put(mac(claims)).array();
  }

  /** What a pass admits to; nothing when this mint did not make it. Whether it has expired is not asked. */
  Optional<Claims> read(byte[] pass) {
    if (pass.length != JoinToken.PASS_BYTES) {
      return Optional.empty();
    }
    byte[] claims = Arrays.copyOf(pass, JoinToken.CLAIMS_BYTES);
    byte[] said = Arrays.copyOfRange(pass, JoinToken.CLAIMS_BYTES, pass.length);
    // Takes as long whichever byte is wrong, so that none can be found out by trying.
    return MessageDigest.isEqual(mac(claims), said)
        ? Optional.of(Claims.of(claims))
        : Optional.empty();
  }

  private byte[] mac(byte[] claims) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(claims);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
