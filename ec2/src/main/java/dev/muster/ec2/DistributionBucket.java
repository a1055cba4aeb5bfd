package dev.muster.ec2;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** S3, as the place from which instances fetch Muster. For any thread. */
public final class DistributionBucket implements AutoCloseable {

  /** The name by which S3 keeps the SHA-256 beside the object. */
  private static final String SUM = "muster-sha256";

  /** In another region: nothing needs to be sent to find that out. */
  private static final int ELSEWHERE = 301;

  private final S3Client s3;
  private final S3Presigner presigner;

  DistributionBucket(S3Client s3, S3Presigner presigner) {
    this.s3 = s3;
    this.presigner = presigner;
  }

  /**
   * Buckets in a region, with the SDK's own settings.
   *
   * @param region empty: that of the settings
   */
  public static DistributionBucket in(Optional<String> region) {
    return AwsClients.bucket(region);
  }

  /**
   * Sees to it that an object is the archive, and says where it is fetched by whoever has the address: that needs no
   * credentials.
   *
   * @param object as s3://BUCKET/KEY
   * @param sha256 of the archive, in hexadecimal digits; an object that has it already is not written again
   * @param life how long the address is good, where the credentials are for as long
   * @throws IllegalArgumentException with a sentence, if {@code object} is none
   * @throws Ec2Problem if S3 does not take it, or will not let whoever has the address fetch it
   */
  public Distribution hold(URI object, Path archive, String sha256, Duration life) {
    S3Object place = S3Object.of(object);
    if (!has(place, sha256)) {
      var _ = Ec2Problem.asked(
          "put Muster at " + object,
          () -> s3.putObject(
              request -> request.bucket(place.bucket())
                  .key(place.key())
                  .contentType("application/gzip")
                  .metadata(Map.of(SUM, sha256))
                  // S3 refuses what has another on its way.
                  .checksumSHA256(
                      Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256))),
              RequestBody.fromFile(archive)));
      if (!has(place, sha256)) {
        // Else the whole fleet would boot in vain: an address lets do what those may who have signed it.
        throw Ec2Problem.of(
            "Cannot read " + object + " back, so instances could not fetch it either: these "
                + "credentials lack s3:GetObject on it.\n  'muster doctor --ec2 --policy --distribution "
                + object + "' prints the policy that allows it.");
      }
    }
    return signed(object, sha256, life);
  }

  /**
   * Where an object that is there is fetched by whoever has the address.
   *
   * @param object as s3://BUCKET/KEY
   * @param sha256 what it has
   * @param life as in {@link #hold}
   * @throws IllegalArgumentException with a sentence, if {@code object} is none
   */
  public Distribution signed(URI object, String sha256, Duration life) {
    S3Object place = S3Object.of(object);
    String address = Ec2Problem.asked(
        "sign the address of " + object,
        () -> presigner.presignGetObject(
            request -> request.signatureDuration(life)
                .getObjectRequest(get -> get.bucket(place.bucket()).key(place.key()))))
        .url()
        .toString();
    return new Distribution(URI.create(address), sha256, false, Optional.of(object));
  }

  private boolean has(S3Object place, String sha256) {
    try {
      return sha256.equals(
          s3.headObject(request -> request.bucket(place.bucket()).key(place.key()))
              .metadata()
              .get(SUM));
    } catch (S3Exception e) {
      if (e.statusCode() == ELSEWHERE) {
        throw Ec2Problem.of("look for Muster in the bucket " + place.bucket(), e);
      }
      // It is not there, or may not be asked for, or something is wrong: then S3 says what to those who write, as
      // it has no words for those who only look.
      return false;
    } catch (SdkException e) {
      throw Ec2Problem.of("look for Muster in the bucket " + place.bucket(), e);
    }
  }

  @Override
  public void close() {
    s3.close();
    presigner.close();
  }
}
