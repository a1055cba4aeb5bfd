package dev.muster.ec2;

import dev.muster.deploy.spawn.PlaceProblem;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** EC2 did not do what was asked. The message says what, why, and what to do. */
public final class Ec2Problem extends PlaceProblem {

  private static final long serialVersionUID = 1;

  private static final String OTHER_REGION = "the bucket is in another region; take one in that of the instances, which is nearer to them too";
  private static final String NOT_ALLOWED = "these credentials may not do that; 'muster doctor --ec2' names all that they "
      + "lack, and prints the policy that allows it";
  private static final String NOT_ACCEPTED = "these credentials are not accepted; look at AWS_PROFILE, or log in anew";
  private static final String ASK_FOR_MORE = "the account's limit is reached; ask for a higher one in Service Quotas, or "
      + "spawn fewer";
  private static final String NO_CAPACITY = "there are no more of this type in this zone now; name further types with "
      + "--type, or another --subnet";
  private static final String TOO_OFTEN = "EC2 takes no more calls from this account for now; try again in a minute";
  private static final String NOT_WELL = "AWS is not well; try again in a minute";
  private static final String NO_DEFAULT = "there is no default network in this region; name a --subnet";

  /** What each of EC2's errors asks its reader to do. Several begin alike. */
  private static final Map<String, String> ADVICE = Map.ofEntries(
      Map.entry("UnauthorizedOperation", NOT_ALLOWED),
      Map.entry("AccessDenied", NOT_ALLOWED),
      Map.entry("AuthFailure", NOT_ACCEPTED),
      Map.entry("InvalidClientTokenId", NOT_ACCEPTED),
      Map.entry("InvalidAccessKeyId", NOT_ACCEPTED),
      Map.entry("UnrecognizedClient", NOT_ACCEPTED),
      Map.entry("MissingAuthenticationToken", NOT_ACCEPTED),
      Map.entry("SignatureDoesNotMatch",
          "the secret key is not that of the key id, or this machine's clock is wrong"),
      Map.entry("Blocked", "the account is blocked; ask AWS's support why"),
      Map.entry("ExpiredToken", "these credentials have expired; log in anew"),
      Map.entry("RequestExpired",
          "these credentials have expired, or this machine's clock is wrong"),
      Map.entry("InsufficientInstanceCapacity", NO_CAPACITY),
      Map.entry("InsufficientFreeAddressesInSubnet",
          "the subnet has too few free addresses; name another with --subnet"),
      Map.entry("InstanceLimitExceeded",
          "the account's limit is reached; ask for a higher one in Service Quotas, or spawn fewer"),
      Map.entry("VcpuLimitExceeded",
          "the account's limit of vCPUs for this family is reached; instances that were ended count for some minutes yet. Ask for a higher one in Service Quotas, or name a type of another family"),
      Map.entry("MaxSpotInstanceCountExceeded",
          "the account's limit of spot instances is reached; ask for a higher one in Service Quotas, or leave out --spot"),
      Map.entry("SpotMaxPriceTooLow", "spot instances cost more than that now; leave out --spot"),
      Map.entry("MaxSpotFleetRequestCountExceeded", ASK_FOR_MORE),
      Map.entry("VolumeLimitExceeded", ASK_FOR_MORE),
      Map.entry("MaxIOPSLimitExceeded", ASK_FOR_MORE),
      Map.entry("SecurityGroupLimitExceeded", ASK_FOR_MORE),
      Map.entry("RequestResourceCountExceeded", "that is too many at a time; spawn fewer"),
      Map.entry("ResourceLimitExceeded", ASK_FOR_MORE),
      Map.entry("InsufficientCapacity", NO_CAPACITY),
      Map.entry("InsufficientHostCapacity", NO_CAPACITY),
      Map.entry("UnfulfillableCapacity", NO_CAPACITY),
      Map.entry("InsufficientVolumeCapacity", NO_CAPACITY),
      Map.entry("RequestLimitExceeded", TOO_OFTEN),
      Map.entry("Throttling", TOO_OFTEN),
      Map.entry("TooManyRequests", TOO_OFTEN),
      Map.entry("ServiceUnavailable", NOT_WELL),
      Map.entry("Unavailable", NOT_WELL),
      Map.entry("InternalError", NOT_WELL),
      Map.entry("InternalFailure", NOT_WELL),
      Map.entry("InternalServerError", NOT_WELL),
      Map.entry("InvalidInstanceType",
          "there is no such type here; 'aws ec2 describe-instance-type-offerings' lists those that there are"),
      Map.entry("InvalidAMIID", "the image is not in this region"),
      Map.entry("InvalidSubnetID.NotFound", "the subnet is not in this region"),
      Map.entry("InvalidSubnet", "the subnet cannot be used; name another with --subnet"),
      Map.entry("InvalidVpcID",
          "the subnet's network is not in this region; name another --subnet"),
      Map.entry("VPCIdNotSpecified", NO_DEFAULT),
      Map.entry("DefaultVpcDoesNotExist", NO_DEFAULT),
      Map.entry("InvalidGroup.Duplicate",
          "another spawn of this fleet has created it at the same time; spawn again"),
      Map.entry("InvalidLaunchTemplateName.NotFound",
          "the launch template was removed meanwhile; spawn again"),
      Map.entry("InvalidLaunchTemplateId",
          "the launch template was removed meanwhile; spawn again"),
      Map.entry("IdempotentInstanceTerminated",
          "what was launched by the same order has ended already; spawn again in half an hour, or choose another --fleet"),
      Map.entry("OperationNotPermitted",
          "somebody has protected it from being ended; take that back in EC2's console"),
      Map.entry("InvalidParameterValue", "EC2 refuses what it is told, as it says above"),
      Map.entry("InvalidParameterCombination", "EC2 refuses what it is told, as it says above"),
      Map.entry("InvalidUserData",
          "what instances are told is too long; give fewer --allow-target"),
      Map.entry("EncryptedVolumesNotSupported",
          "volumes are encrypted, which this type cannot have; name another --type"),
      Map.entry("UnsupportedOperation",
          "this type is not to be had in this way; name another --type, or leave out --spot"),
      Map.entry("NoSuchResource", "Service Quotas does not know it in this region"),
      Map.entry("ParameterNotFound",
          "Amazon Linux has no image of this architecture in this region"),
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

  private static final Pattern ENCODED = Pattern.compile(
      " *Encoded authorization failure message: \\S+");

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
    String code = code(cause);
    if (!code.isEmpty()) {
      String message = message(cause);
      return new Ec2Problem(
          sentence(doing, code, message.isEmpty() ? "AWS says no more" : message), code, cause);
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

  /** AWS's word for what is wrong; empty where AWS was not reached. */
  static String code(SdkException cause) {
    if (!(cause instanceof AwsServiceException told) || told.awsErrorDetails() == null) {
      return "";
    }
    String code = told.awsErrorDetails().errorCode();
    // The JDK's client takes a 401 for a question of its own, and loses what came with it.
    return code != null
        ? code
        : told.statusCode() == 401 ? "AuthFailure" : "HTTP " + told.statusCode();
  }

  /** What AWS says in its own words; empty where it says nothing. */
  static String message(SdkException cause) {
    String message = cause instanceof AwsServiceException told && told.awsErrorDetails() != null
        ? told.awsErrorDetails().errorMessage()
        : null;
    return message == null ? "" : message;
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
    return "Cannot " + doing + ": " + code + ", " + readable(message)
        + (advice.isEmpty()
            ? ""
            : "\n  " + Character.toUpperCase(advice.charAt(0)) + advice.substring(1) + ".");
  }

  /** Less what AWS adds for whoever may decode it. */
  private static String readable(String message) {
    return ENCODED.matcher(message).replaceAll("").strip();
  }

  /** Of a code that has parts, or an end that only some services give it, that of its beginning. */
  private static String advice(String code) {
    String known = code.replaceFirst("^(Client|Server)\\.", "");
    while (!known.isEmpty()) {
      String advice = ADVICE.getOrDefault(known, ADVICE.get(known.replaceFirst("Exception$", "")));
      if (advice != null) {
        return advice;
      }
      known = known.substring(0, Math.max(0, known.lastIndexOf('.')));
    }
    return "";
  }

  /** EC2's own word for it; empty where it has none. */
  public String code() {
    return code;
  }
}
