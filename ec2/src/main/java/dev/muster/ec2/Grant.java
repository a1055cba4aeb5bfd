package dev.muster.ec2;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * On what an action has to be allowed, and when. A policy is made of these.
 *
 * @param resources names of resources, less {@code arn:} and the partition; {@code *} for all
 */
record Grant(When when, List<String> resources) {

  /** Under which conditions. */
  enum When {
    /** Where AWS cannot tell ours from others', or nothing is changed. */
    ALWAYS,
    /** Only if what is created gets the tag of a fleet. */
    NEW,
    /** Only if it has the tag of a fleet. */
    OURS,
    /** Only along with what creates something that gets the tag of a fleet. */
    TAGGING,
    /** Only for EC2's own role for spot instances. */
    SPOT_ROLE,
    /** Only to instances, of all that roles can be passed to. */
    TO_INSTANCES;

    private static final Map<String, List<String>> GETS_OUR_TAG = Map.of(
        "aws:RequestTag/" + FleetTags.FLEET, List.of("*"));

    /** Values by key by operator, as policies have them; empty where there is none. */
    Map<String, Map<String, List<String>>> condition() {
      return switch (this) {
        case ALWAYS -> Map.of();
        case NEW -> Map.of("StringLike", GETS_OUR_TAG);
        case OURS -> Map.of(
            "StringLike", Map.of("aws:ResourceTag/" + FleetTags.FLEET, List.of("*")));
        case TAGGING -> new TreeMap<>(
            Map.of(
                "StringLike", GETS_OUR_TAG,
                "StringEquals", Map.of(
                    "ec2:CreateAction",
                    List.of(
                        "CreateFleet", "CreateLaunchTemplate", "CreateSecurityGroup",
                        "RunInstances"))));
        case SPOT_ROLE -> Map.of(
            "StringEquals", Map.of("iam:AWSServiceName", List.of("spot.amazonaws.com")));
        case TO_INSTANCES -> Map.of(
            "StringEquals",
            // The latter is EC2's name in China.
            Map.of(
                "iam:PassedToService", List.of("ec2.amazonaws.com", "ec2.amazonaws.com.cn")));
      };
    }
  }

  Grant {
    resources = List.copyOf(resources);
  }

  /** On everything. */
  static Grant any() {
    return new Grant(When.ALWAYS, List.of("*"));
  }

  /** On these kinds of resources, whosever they are. */
  static Grant any(String... kinds) {
    return ofEc2(When.ALWAYS, kinds);
  }

  /** On new resources of these kinds that get the tag of a fleet. */
  static Grant fresh(String... kinds) {
    return ofEc2(When.NEW, kinds);
  }

  /** On resources of these kinds that have the tag of a fleet. */
  static Grant ours(String... kinds) {
    return ofEc2(When.OURS, kinds);
  }

  /** On new resources of these kinds, which get tags when they are created and never after. */
  static Grant tagging(String... kinds) {
    return ofEc2(When.TAGGING, kinds);
  }

  /** On a parameter of AWS's own. */
  static Grant parameter(String name) {
    return new Grant(When.ALWAYS, List.of("ssm:*::parameter" + name));
  }

  /** On the role that EC2 has in each account where there was a spot instance. */
  static Grant spotRole() {
    return new Grant(
        When.SPOT_ROLE,
        List.of("iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"));
  }

  /** On an object of S3, and no other. */
  static Grant of(S3Object object) {
    // What stands for others in a policy stands for itself here.
    String key = object.key().replaceAll("[*?$]", "\\${$0}");
    return new Grant(When.ALWAYS, List.of("s3:::" + object.bucket() + "/" + key));
  }

  /** On a role of the account, to give it to instances. */
  static Grant passing(String role) {
    return new Grant(When.TO_INSTANCES, List.of("iam::*:role/" + role));
  }

  private static Grant ofEc2(When when, String... kinds) {
    return new Grant(
        when, Arrays.stream(kinds).map(kind -> "ec2:*:*:" + kind + "/*").toList());
  }
}
