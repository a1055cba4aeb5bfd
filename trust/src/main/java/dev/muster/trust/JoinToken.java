package dev.muster.trust;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What lets somebody in who has no certificate yet: the fingerprint of the authority to look for before
 * anything is said, and a pass that only this authority can have made. As text it is one word without
 * spaces. It is a secret; {@link #toString} does not tell it, {@link #text} does.
 *
 * <pre>
 *   muster1-  base64url of   pass                                                fingerprint  check
 *                            role  issued  expires  nonce     HMAC of those before
 *                            1     8       8        16        32                  32           4     bytes
 * </pre>
 *
 * The highest bit of the role says that it is limited: it admits a number of times, which is counted where it
 * was made ({@link LimitedTokens}). So whoever does not count, or does not know the bit, admits nobody.
 */
public final class JoinToken {

  /** What the text of every token begins with. */
  public static final String PREFIX = "muster1-";

  static final int NONCE_BYTES = 16;
  static final int CLAIMS_BYTES = 1 + 8 + 8 + NONCE_BYTES;
  static final int PASS_BYTES = CLAIMS_BYTES + 32;
  static final int LIMITED = 0x80;
  private static final int CHECK_BYTES = 4;
  private static final Pattern SECRET = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{60}");

  private final Claims claims;
  private final Fingerprint authority;
  private final byte[] pass;

  private JoinToken(byte[] pass, Fingerprint authority) {
    this.claims = Claims.of(pass);
    this.pass = pass.clone();
    this.authority = authority;
  }

  /** Reads what a pass claims, without looking whether it is genuine. */
  record Claims(Role role, boolean limited, Instant issued, Instant expires, String id) {

    static Claims of(byte[] pass) {
      var buffer = ByteBuffer.wrap(pass);
      byte role = buffer.get();
      return new Claims(
          Role.of((byte) (role & ~LIMITED)), (role & LIMITED) != 0,
          Instant.ofEpochMilli(buffer.getLong()), Instant.ofEpochMilli(buffer.getLong()),
          HexFormat.of().formatHex(pass, buffer.position(), buffer.position() + NONCE_BYTES));
    }
  }

  static JoinToken of(byte[] pass, Fingerprint authority) {
    return new JoinToken(pass, authority);
  }

  /** Whether {@code text} holds a token, or a good part of one. */
  public static boolean isWithin(String text) {
    return SECRET.matcher(text).find();
  }

  /**
   * Reads the text of a token; space around it does no harm.
   *
   * @throws TrustProblem if it is none, or not whole. The message does not tell the text.
   */
  public static JoinToken parse(String text) {
    String word = text.strip();
    if (!word.startsWith(PREFIX)) {
      throw new TrustProblem(
          "The join token is none: it should begin with " + PREFIX
              + ".\n  'muster coordinator token' prints one on the coordinator's machine.");
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(word.substring(PREFIX.length()));
      int content = PASS_BYTES + Fingerprint.BYTES;
      if (bytes.length == content + CHECK_BYTES
          && check(bytes, content) == ByteBuffer.wrap(bytes).getInt(content)) {
        return of(
            Arrays.copyOf(bytes, PASS_BYTES),
            Fingerprint.of(Arrays.copyOfRange(bytes, PASS_BYTES, content)));
      }
    } catch (IllegalArgumentException e) {
      // Told below, as what was read may be a part of the secret.
    }
    throw new TrustProblem(
        "The join token is cut short or was changed on its way.\n  Copy all of it, from "
            + PREFIX + " to its end.");
  }

  private static int check(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** The secret text, for a person or a child process; never for a log or an argument. */
  public String text() {
    int content = PASS_BYTES + Fingerprint.BYTES;
    var buffer = ByteBuffer.allocate(content + CHECK_BYTES).put(pass).put(authority.bytes());
    buffer.putInt(check(buffer.array(), content));
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
  }

  /** What it admits to. */
  public Role role() {
    return claims.role();
  }

  /** Whether it admits a limited number of times. */
  public boolean isLimited() {
    return claims.limited();
  }

  /** Which it is, for those who may not know it: no two have the same, and it is no secret. */
  public String id() {
    return claims.id();
  }

  /** When it becomes worthless, to the millisecond. */
  public Instant expires() {
    return claims.expires();
  }

  /** The fingerprint of the authority that made it. */
  public Fingerprint authority() {
    return authority;
  }

  /** A copy of the pass, to be sent to the authority and nobody else. */
  public byte[] pass() {
    return pass.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JoinToken token && Arrays.equals(pass, token.pass)
        && authority.equals(token.authority);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pass);
  }

  @Override
  public String toString() {
    return "a " + (isLimited() ? "limited " : "") + "join token for " + role().phrase() + ", until "
        + expires();
  }
}
