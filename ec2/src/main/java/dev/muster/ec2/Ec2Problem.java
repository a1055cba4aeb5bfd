package dev.muster.ec2;

import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** EC2 did not do what was asked. The message says what, why, and what to do. */
public final class Ec2Problem extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final String OTHER_REGION = "the bucket is in another region; take one in that of the instances, which is nearer to them too";

  /** What each of EC2's errors asks its reader to do. Several begin alike. */
  private static final Map<String, String> ADVICE = Map.ofEntries(
      Map.entry("UnauthorizedOperation",
          "these credentials may not do that; docs/ec2.md lists what they need"),
      Map.entry("AccessDenied",
          "these credentials may not do that; docs/ec2.md lists what they need"),
      Map.entry("AuthFailure",
          "these credentials are not accepted; look at AWS_PROFILE, or log in anew"),
      Map.entry("InvalidClientTokenId",
          "these credentials are not accepted; look at AWS_PROFILE, or log in anew"),
      Map.entry("InvalidAccessKeyId",
          "these credentials are not accepted; look at AWS_PROFILE, or log in anew"),
      Map.entry("ExpiredToken", "these credentials have expired; log in anew"),
      Map.entry("RequestExpired",
          "these credentials have expired, or this machine's clock is wrong"),
      Map.entry("InsufficientInstanceCapacity",
          "there are no more of this type in this zone now; name further types with --type, or another --subnet"),
      Map.entry("InsufficientFreeAddressesInSubnet",
          "the subnet has too few free addresses; name another with --subnet"),
      Map.entry("InstanceLimitExceeded",
          "the account's limit is reached; ask for a higher one in Service Quotas, or spawn fewer"),
      Map.entry("VcpuLimitExceeded",
          "the account's limit of vCPUs for this family is reached; instances that were ended count for some minutes yet. Ask for a higher one in Service Quotas, or name a type of another family"),
      Map.entry("MaxSpotInstanceCountExceeded",
          "the account's limit of spot instances is reached; ask for a higher one in Service Quotas, or leave out --spot"),
      Map.entry("SpotMaxPriceTooLow", "spot instances cost more than that now; leave out --spot"),
      Map.entry("RequestLimitExceeded",
          "EC2 takes no more calls from this account for now; try again in a minute"),
      Map.entry("Throttling",
          "EC2 takes no more calls from this account for now; try again in a minute"),
      Map.entry("InvalidInstanceType",
          "there is no such type here; 'aws ec2 describe-instance-type-offerings' lists those that there are"),
      Map.entry("InvalidAMIID", "the image is not in this region"),
      Map.entry("InvalidSubnetID.NotFound", "the subnet is not in this region"),
      Map.entry("InvalidGroup.NotFound", "the security group was removed meanwhile; spawn again"),
      Map.entry("InvalidInstanceID.NotFound", "EC2 does not know the instance yet, or no more"),
      Map.entry("IdempotentParameterMismatch",
          "a fleet of this name was ordered with other wishes a short while ago; choose another --fleet"),
      Map.entry("Unsupported",
          "this type is not to be had in this zone; name another --type or --subnet"),
      Map.entry("OptInRequired", "the account is not signed up for this; open EC2's console once"),
      Map.entry("NoSuchBucket",
          "S3 has no bucket of this name; make one with 'aws s3 mb s3://NAME'"),
      Map.entry("PermanentRedirect", OTHER_REGION),
      Map.entry("AuthorizationHeaderMalformed", OTHER_REGION),
      Map.entry("HTTP 301", OTHER_REGION),
      Map.entry("PendingVerification",
          "AWS still verifies the account for this region; it takes some minutes, hours at most"));

  private final String code;

  private Ec2Problem(String message, String code, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** A problem of our own finding, for which EC2 has no code. */
  static Ec2Problem of(String message) {
    return new Ec2Problem(message, "", new IllegalStateException(message));
  }

  /** @param doing what was tried, to follow "cannot" */
  static Ec2Problem of(String doing, SdkException cause) {
    if (cause instanceof AwsServiceException told && told.awsErrorDetails() != null) {
      String code = told.awsErrorDetails().errorCode();
      if (code == null) {
        // The JDK's client takes a 401 for a question of its own, and loses what came with it.
        code = told.statusCode() == 401 ? "AuthFailure" : "HTTP " + told.statusCode();
      }
      String message = told.awsErrorDetails().errorMessage();
      return new Ec2Problem(
          sentence(doing, code, message == null ? "AWS says no more" : message), code, cause);
    }
    if (cause instanceof SdkClientException && String.valueOf(cause.getMessage())
        .startsWith("Unable to load credentials")) {
      return new Ec2Problem(
          "Cannot " + doing + ": there are no credentials for AWS.\n  Log in with 'aws login' or "
              + "'aws sso login', or set AWS_PROFILE.",
          "", cause);
    }
    return new Ec2Problem(
        "Cannot " + doing + ": AWS is not reached (" + cause.getMessage() + ").", "", cause);
  }

  /** @param doing what is tried, to follow "cannot" */
  static <T> T asked(String doing, Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw of(doing, e);
    }
  }

  /** As a sentence, what EC2 says of a part of what was asked. */
  static String sentence(String doing, String code, String message) {
    String advice = advice(code);
    return "Cannot " + doing + ": " + code + ", " + message
        + (advice.isEmpty()
            ? ""
            : "\n  " + Character.toUpperCase(advice.charAt(0)) + advice.substring(1) + ".");
  }

  private static String advice(String code) {
    for (String known = code; !known.isEmpty(); known = known.substring(
        0, Math.max(0, known.lastIndexOf('.')))) {
      String advice = ADVICE.get(known);
      if (advice != null) {
        return advice;
      }
    }
    return "";
  }

  /** EC2's own word for it; empty where it has none. */
  public String code() {
    return code;
  }
}
