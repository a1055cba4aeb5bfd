package dev.muster.ec2;

import dev.muster.deploy.spawn.Launch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.CreateFleetRequest;
import software.amazon.awssdk.services.ec2.model.CreateFleetResponse;
import software.amazon.awssdk.services.ec2.model.DefaultTargetCapacityType;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateConfigRequest;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateOverridesRequest;
import software.amazon.awssdk.services.ec2.model.FleetOnDemandAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.FleetType;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateBlockDeviceMappingRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateEbsBlockDeviceRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateHttpTokensState;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.SpotAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VolumeType;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Launches what is missing of a fleet. For any thread. */
final class FleetLaunch {

  static final String IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-";
  private static final Set<String> WITH_IMAGE = Set.of("x86_64", "arm64");
  private static final int VOLUME_GIB = 8;
  private static final Duration TOKEN_WINDOW = Duration.ofMinutes(30);

  private final String region;
  private final Ec2Client ec2;
  private final SsmClient ssm;
  private final InstantSource clock;

  FleetLaunch(String region, Ec2Client ec2, SsmClient ssm, InstantSource clock) {
    this.region = region;
    this.ec2 = ec2;
    this.ssm = ssm;
    this.clock = clock;
  }

  /**
   * Launches what {@code order} says, less those instances of {@code known} that live.
   *
   * @param known all that EC2 tells of the fleet
   * @throws Ec2Problem also when none was launched, or fewer where that is of no use
   */
  Launch launch(FleetOrder order, WorkerSetup setup, List<FleetInstance> known) {
    List<String> there = known.stream()
        .filter(FleetInstance::isAlive)
        .map(FleetInstance::id)
        .toList();
    int wanted = order.count() - there.size();
    if (wanted <= 0) {
      return new Launch(there, List.of());
    }
    List<String> ids = known.stream().map(FleetInstance::id).sorted().toList();
    return launch(order, setup, there, token(order + " " + ids), List.of());
  }

  /**
   * Launches one in place of another that is taken back.
   *
   * @param order whose count does not matter
   * @throws Ec2Problem also when none was launched
   */
  Launch replace(FleetOrder order, WorkerSetup setup, String taken) {
    return launch(
        order.of(1), setup, List.of(), token(order.fleet() + " replaces " + taken),
        List.of(FleetTags.tag(FleetTags.REPLACES, taken)));
  }

  private Launch launch(
      FleetOrder order, WorkerSetup setup, List<String> there, String token,
      List<Tag> furtherTags) {
    int wanted = order.count() - there.size();
    Instant expires = clock.instant().plus(order.ttl()).truncatedTo(ChronoUnit.SECONDS);
    String userData = new StandingOrder(order, setup, expires).userData();
    List<Subnet> subnets = subnets(order.given().subnet());
    List<Tag> tags = FleetTags.both(order.fleet(), expires);
    String vpc = subnets.getFirst().vpcId();
    String group = order.given()
        .securityGroup()
        .map(given -> checkedGroup(given, vpc))
        .orElseGet(() -> securityGroup(order.fleet(), vpc, tags));
    var configs = new ArrayList<FleetLaunchTemplateConfigRequest>();
    for (var architecture : byArchitecture(order.types()).entrySet()) {
      String template = template(order, userData, architecture.getKey(), group, tags);
      configs.add(
          FleetLaunchTemplateConfigRequest.builder()
              // By name and $Latest, so that what is said again is the same.
              .launchTemplateSpecification(
                  spec -> spec.launchTemplateName(template).version("$Latest"))
              .overrides(overrides(order, architecture.getValue(), subnets))
              .build());
    }
    CreateFleetResponse fleet = Ec2Problem.asked(
        "launch instances",
        () -> ec2.createFleet(request(order, wanted, token, furtherTags, configs)));
    List<String> launched = fleet.instances()
        .stream()
        .flatMap(each -> each.instanceIds().stream())
        .toList();
    List<String> missing = fleet.errors()
        .stream()
        .map(
            error -> Ec2Problem.sentence(
                "launch " + error.launchTemplateAndOverrides().overrides().instanceTypeAsString(),
                error.errorCode(), error.errorMessage()))
        .distinct()
        .toList();
    var all = new ArrayList<>(there);
    all.addAll(launched);
    if (all.isEmpty()) {
      throw Ec2Problem.of(
          "EC2 has launched none of " + order.count() + " instances.\n  "
              + String.join("\n  ", missing));
    }
    return new Launch(all, launched.size() < wanted ? missing : List.of());
  }

  private static CreateFleetRequest request(
      FleetOrder order, int wanted, String token, List<Tag> furtherTags,
      List<FleetLaunchTemplateConfigRequest> configs) {
    var tags = new ArrayList<TagSpecification>();
    // Without the end, which is another each time it is said again.
    tags.add(FleetTags.of(ResourceType.FLEET, FleetTags.name(order.fleet())));
    if (!furtherTags.isEmpty()) {
      tags.add(FleetTags.of(ResourceType.INSTANCE, furtherTags));
    }
    var request = CreateFleetRequest.builder()
        .type(FleetType.INSTANT)
        .clientToken(token)
        .launchTemplateConfigs(configs)
        .targetCapacitySpecification(
            target -> target.totalTargetCapacity(wanted)
                .defaultTargetCapacityType(
                    order.spot()
                        ? DefaultTargetCapacityType.SPOT
                        : DefaultTargetCapacityType.ON_DEMAND))
        .tagSpecifications(tags);
    Integer least = order.all() ? wanted : null;
    return (order.spot()
        ? request.spotOptions(
            spot -> spot.allocationStrategy(SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED)
                .minTargetCapacity(least))
        : request.onDemandOptions(
            demand -> demand.allocationStrategy(FleetOnDemandAllocationStrategy.PRIORITIZED)
                .minTargetCapacity(least)))
        .build();
  }

  // The same for the same wish on top of the same instances, so that a command that is repeated before EC2
  // tells of what the first has launched launches nothing again. Of instances that have ended EC2 tells for
  // about an hour, and never takes their token again: so it changes with time as well.
  private String token(String wish) {
    long window = clock.instant().getEpochSecond() / TOKEN_WINDOW.toSeconds();
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256")
          .digest((wish + " " + window).getBytes(StandardCharsets.UTF_8));
      return "muster-" + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Subnet> subnets(Optional<String> given) {
    List<Subnet> subnets = Ec2Problem.asked(
        "look up the subnet",
        () -> ec2.describeSubnets(
            request -> given.ifPresentOrElse(
                request::subnetIds,
                () -> request.filters(FleetTags.filter("default-for-az", "true"))))
            .subnets());
    if (subnets.isEmpty()) {
      throw Ec2Problem.of(
          "There is no default subnet in " + region + ".\n  Name one with --subnet.");
    }
    return subnets;
  }

  private String checkedGroup(String given, String vpc) {
    SecurityGroup found = group(ec2, given)
        .orElseThrow(
            () -> Ec2Problem.of(
                "There is no security group " + given + " in " + region
                    + ".\n  Name one by its id with --security-group, or leave that out: one is created then."));
    if (!found.vpcId().equals(vpc)) {
      throw Ec2Problem.of(
          "The security group " + given + " is in " + found.vpcId() + ", and the subnet in " + vpc
              + ".\n  Name a --subnet and a --security-group of one VPC.");
    }
    return given;
  }

  /** The security group of an id, if there is one. */
  static Optional<SecurityGroup> group(Ec2Client ec2, String id) {
    return Ec2Problem.asked(
        "find the security group " + id,
        // As a filter, for which one that is unknown is no mistake.
        () -> ec2.describeSecurityGroups(
            request -> request.filters(FleetTags.filter("group-id", id))))
        .securityGroups()
        .stream()
        .findFirst();
  }

  private String securityGroup(String fleet, String vpc, List<Tag> tags) {
    String name = "muster-" + fleet;
    return Ec2Problem.asked("find the security group " + name, () -> ec2.describeSecurityGroups(
        request -> request.filters(FleetTags.filter("group-name", name),
            FleetTags.filter("vpc-id", vpc))))
        .securityGroups()
        .stream()
        .findFirst()
        .map(SecurityGroup::groupId)
        .orElseGet(
            () -> Ec2Problem.asked(
                "create the security group " + name,
                // Without a rule nobody reaches the workers; what they reach, others decide.
                () -> ec2.createSecurityGroup(
                    request -> request.groupName(name)
                        .description("Workers of Muster; nobody connects to them")
                        .vpcId(vpc)
                        .tagSpecifications(FleetTags.of(ResourceType.SECURITY_GROUP, tags))))
                .groupId());
  }

  private Map<String, List<String>> byArchitecture(List<String> types) {
    var found = new LinkedHashMap<String, List<String>>();
    Ec2Problem.asked(
        "look up the types " + String.join(", ", types),
        () -> ec2.describeInstanceTypes(
            request -> request.instanceTypesWithStrings(types)))
        .instanceTypes()
        .forEach(
            info -> found.computeIfAbsent(architecture(info), _ -> new ArrayList<>())
                .add(info.instanceTypeAsString()));
    return found;
  }

  /** What a type's processors run. Of several, what there is an image of: t2 runs i386 as well, and tells that first. */
  static String architecture(InstanceTypeInfo type) {
    List<String> all = type.processorInfo().supportedArchitecturesAsStrings();
    return all.stream().filter(WITH_IMAGE::contains).findFirst().orElseGet(all::getFirst);
  }

  private String image(String architecture) {
    return Ec2Problem.asked(
        "find the image of Amazon Linux",
        () -> ssm.getParameter(request -> request.name(IMAGE + architecture)))
        .parameter()
        .value();
  }

  private String template(
      FleetOrder order, String userData, String architecture, String group,
      List<Tag> tags) {
    String name = "muster-" + order.fleet() + "-" + architecture;
    var data = RequestLaunchTemplateData.builder()
        .imageId(image(architecture))
        .securityGroupIds(group)
        .userData(
            Base64.getEncoder()
                .encodeToString(userData.getBytes(StandardCharsets.UTF_8)))
        .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE.toString())
        .metadataOptions(
            metadata -> metadata.httpTokens(LaunchTemplateHttpTokensState.REQUIRED)
                .httpPutResponseHopLimit(1))
        .blockDeviceMappings(
            LaunchTemplateBlockDeviceMappingRequest.builder()
                .deviceName("/dev/xvda")
                .ebs(
                    LaunchTemplateEbsBlockDeviceRequest.builder()
                        .encrypted(true)
                        .deleteOnTermination(true)
                        .volumeType(VolumeType.GP3)
                        .volumeSize(VOLUME_GIB)
                        .build())
                .build())
        .tagSpecifications(
            Stream.of(ResourceType.INSTANCE, ResourceType.VOLUME)
                .map(
                    type -> LaunchTemplateTagSpecificationRequest.builder()
                        .resourceType(type)
                        .tags(tags)
                        .build())
                .toList());
    order.given()
        .profile()
        .ifPresent(
            profile -> data.iamInstanceProfile(
                iam -> (profile.startsWith("arn:") ? iam.arn(profile) : iam.name(profile))
                    .build()));
    try {
      var _ = Ec2Problem.asked(
          "create the launch template " + name,
          () -> ec2.createLaunchTemplate(
              request -> request.launchTemplateName(name)
                  .launchTemplateData(data.build())
                  .tagSpecifications(FleetTags.of(ResourceType.LAUNCH_TEMPLATE, tags))));
    } catch (Ec2Problem e) {
      if (!e.code().startsWith("InvalidLaunchTemplateName.AlreadyExists")) {
        throw e;
      }
      var _ = Ec2Problem.asked(
          "create a version of the launch template " + name,
          () -> ec2.createLaunchTemplateVersion(
              request -> request.launchTemplateName(name).launchTemplateData(data.build())));
    }
    return name;
  }

  private static List<FleetLaunchTemplateOverridesRequest> overrides(
      FleetOrder order, List<String> types, List<Subnet> subnets) {
    var overrides = new ArrayList<FleetLaunchTemplateOverridesRequest>();
    for (String type : types) {
      for (Subnet subnet : subnets) {
        overrides.add(
            FleetLaunchTemplateOverridesRequest.builder()
                .instanceType(InstanceType.fromValue(type))
                .subnetId(subnet.subnetId())
                .priority((double) order.types().indexOf(type))
                .build());
      }
    }
    return overrides;
  }
}
