package dev.muster.ec2;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A bucket, and what an object in it is called, whether it is there or not. */
public record S3Object(String bucket, String key) {

  /** What is found of an object, with {@link Ec2Survey}. */
  public enum Found {
    /** It is there. */
    THERE,
    /** Its bucket is, and it is not. */
    NOT_YET,
    /** There is no such bucket. */
    NO_BUCKET,
    /** The bucket is in another region. */
    ELSEWHERE
  }

  private static final int REDIRECTED = 301;

  /**
   * The one that an address names.
   *
   * @param address as s3://BUCKET/KEY
   * @throws IllegalArgumentException with a sentence, if it is none
   */
  public static S3Object of(URI address) {
    String bucket = String.valueOf(address.getAuthority());
    String key = String.valueOf(address.getPath()).replaceFirst("^/", "");
    if (!isAt(address) || address.getAuthority() == null || key.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + address + "' is no object of S3; expected s3://BUCKET/KEY, such as "
              + "s3://my-bucket/muster.tar.gz");
    }
    return new S3Object(bucket, key);
  }

  /** Whether an address is to be one of S3, and not of the web. */
  public static boolean isAt(URI address) {
    return "s3".equals(address.getScheme());
  }

  /**
   * Looks by asking for the first byte: answers to HeadObject have no words, which tell a refusal from what is not
   * there.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException if it is refused, or S3 is not reached
   */
  Found look(S3Client s3) {
    try {
      var _ = s3.getObjectAsBytes(
          request -> request.bucket(bucket).key(key).range("bytes=0-0"));
      return Found.THERE;
    } catch (S3Exception e) {
      String code = Ec2Problem.code(e);
      if (e.statusCode() == REDIRECTED || code.equals("AuthorizationHeaderMalformed")) {
        return Found.ELSEWHERE;
      }
      if (code.equals("NoSuchBucket")) {
        return Found.NO_BUCKET;
      }
      // That it is not there is told only to whom may list the bucket, which nobody needs here.
      Optional<String> lacking = Permission.missing(Ec2Problem.message(e));
      if (code.equals("NoSuchKey") || lacking.equals(Optional.of("s3:ListBucket"))) {
        return Found.NOT_YET;
      }
      throw e;
    }
  }

  /**
   * Asks whether it may be written, and writes nothing: by a part of an upload that nobody has begun. S3 has no dry
   * runs.
   *
   * @return what S3 says to whom may
   * @throws software.amazon.awssdk.core.exception.SdkException with the answer, where it is no yes
   */
  String tryToWrite(S3Client s3) {
    try {
      return s3.uploadPart(
          request -> request.bucket(bucket).key(key).partNumber(1).uploadId("muster-doctor"),
          RequestBody.fromString("a dry run"))
          .eTag();
    } catch (S3Exception e) {
      if (Ec2Problem.code(e).equals("NoSuchUpload")) {
        return Ec2Problem.code(e);
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + key;
  }
}
