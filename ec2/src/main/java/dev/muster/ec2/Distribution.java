package dev.muster.ec2;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an instance fetches Muster, and what that has to be.
 *
 * @param address by HTTPS or HTTP
 * @param sha256 in hexadecimal digits; whatever has another is not used
 * @param isOfCoordinator whether it is served with a coordinator's certificate, which an instance that boots
 *     cannot check
 * @param object of S3, as s3://BUCKET/KEY, that {@code address} leads to for a limited time; empty: it is none
 */
public record Distribution(
    URI address, String sha256, boolean isOfCoordinator, Optional<URI> object) {

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** @throws IllegalArgumentException with a sentence, if the digits are not those of a SHA-256 */
  public Distribution {
    if (!SHA_256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "a SHA-256 has 64 digits from 0 to f, not '" + sha256 + "'");
    }
  }

  /** At an address that does not end. */
  public Distribution(URI address, String sha256, boolean isOfCoordinator) {
    this(address, sha256, isOfCoordinator, Optional.empty());
  }

  /** Where it comes from, without what lets others fetch it too: the object, or the host and port. */
  public URI origin() {
    return object.orElseGet(
        () -> URI.create(
            address.getScheme() + "://" + address.getRawAuthority().replaceFirst(".*@", "")));
  }

  /** Without what stands behind a question mark, which may let others in. */
  @Override
  public String toString() {
    return address.toString().replaceFirst("\\?.*", "?…") + " of SHA-256 " + sha256;
  }
}
