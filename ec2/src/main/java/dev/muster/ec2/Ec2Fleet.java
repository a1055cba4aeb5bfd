package dev.muster.ec2;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ArchitectureType;
import software.amazon.awssdk.services.ec2.model.CreateFleetRequest;
import software.amazon.awssdk.services.ec2.model.CreateFleetResponse;
import software.amazon.awssdk.services.ec2.model.DefaultTargetCapacityType;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateConfigRequest;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateOverridesRequest;
import software.amazon.awssdk.services.ec2.model.FleetOnDemandAllocationStrategy;
import software.amazon.awssdk.services.ec2.model.FleetType;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceLifecycleType;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
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
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ec2.model.VolumeType;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * Fleets of workers on EC2. It remembers nothing: which instance is of which fleet, and until when it may
 * live, stands in tags, so whoever comes later finds and ends them. Every method asks EC2 and waits, and
 * throws {@link Ec2Problem}. For any thread.
 */
public final class Ec2Fleet implements AutoCloseable {

  /** The tag of all that belongs to a fleet. */
  public static final String FLEET_TAG = "muster:fleet";

  /** The tag that says until when it may live, as an instant in ISO 8601. */
  public static final String EXPIRES_TAG = "muster:expires";

  private static final String IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-";
  private static final int VOLUME_GIB = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration TOKEN_WINDOW = Duration.ofMinutes(30);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final String region;
  private final Ec2Client ec2;
  private final SsmClient ssm;
  private final InstantSource clock;

  Ec2Fleet(String region, Ec2Client ec2, SsmClient ssm, InstantSource clock) {
    this.region = region;
    this.ec2 = ec2;
    this.ssm = ssm;
    this.clock = clock;
  }

  /**
   * Fleets in a region, with the SDK's own settings: profiles, variables, AWS_ENDPOINT_URL.
   *
   * @param region empty: that of the settings
   */
  public static Ec2Fleet in(Optional<String> region) {
    return AwsClients.fleet(region);
  }

  /** The region that it is in. */
  public String region() {
    return region;
  }

  /**
   * Launches what {@code order} says, less the instances that the fleet has already: to say the same again
   * launches nothing again.
   *
   * @throws Ec2Problem also when none was launched, or fewer where that is of no use; then nothing is left
   */
  public Launch launch(FleetOrder order, WorkerSetup setup) {
    try {
      return launchMissing(order, setup);
    } catch (Ec2Problem e) {
      // With other wishes under the same token, a launch of this fleet is on its way.
      if (!e.code().equals("IdempotentParameterMismatch")) {
        removeIfNothingLives(order.fleet(), e);
      }
      throw e;
    }
  }

  private void removeIfNothingLives(String fleet, Ec2Problem why) {
    try {
      if (instances(fleet).stream().noneMatch(FleetInstance::isAlive)) {
        var _ = end(fleet);
      }
    } catch (Ec2Problem e) {
      // What is left costs nothing, and 'reap' removes it.
      why.addSuppressed(e);
    }
  }

  private Launch launchMissing(FleetOrder order, WorkerSetup setup) {
    List<FleetInstance> known = instances(order.fleet());
    List<String> there = known.stream()
        .filter(FleetInstance::isAlive)
        .map(FleetInstance::id)
        .toList();
    int wanted = order.count() - there.size();
    if (wanted <= 0) {
      return new Launch(there, List.of());
    }
    Instant expires = clock.instant().plus(order.ttl()).truncatedTo(ChronoUnit.SECONDS);
    List<Subnet> subnets = subnets(order.subnet());
    List<Tag> tags = tags(order.fleet(), expires);
    String group = securityGroup(order.fleet(), subnets.getFirst().vpcId(), tags);
    var configs = new ArrayList<FleetLaunchTemplateConfigRequest>();
    for (var architecture : byArchitecture(order.types()).entrySet()) {
      String template = template(order, setup, architecture.getKey(), group, tags);
      configs.add(
          FleetLaunchTemplateConfigRequest.builder()
              // By name and $Latest, so that what is said again is the same.
              .launchTemplateSpecification(
                  spec -> spec.launchTemplateName(template).version("$Latest"))
              .overrides(overrides(order, architecture.getValue(), subnets))
              .build());
    }
    CreateFleetResponse fleet = asked(
        "launch instances",
        () -> ec2.createFleet(request(order, wanted, known, configs)));
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

  private CreateFleetRequest request(
      FleetOrder order, int wanted, List<FleetInstance> known,
      List<FleetLaunchTemplateConfigRequest> configs) {
    var request = CreateFleetRequest.builder()
        .type(FleetType.INSTANT)
        .clientToken(clientToken(order, known))
        .launchTemplateConfigs(configs)
        .targetCapacitySpecification(
            target -> target.totalTargetCapacity(wanted)
                .defaultTargetCapacityType(
                    order.spot()
                        ? DefaultTargetCapacityType.SPOT
                        : DefaultTargetCapacityType.ON_DEMAND))
        // Without the end, which is another each time it is said again.
        .tagSpecifications(of(ResourceType.FLEET, nameTags(order.fleet())));
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

  // The same for the same order on top of the same instances, so that a command that is repeated before EC2
  // tells of what the first has launched launches nothing again. Of instances that have ended EC2 tells for
  // about an hour, and never takes their token again: so it changes with time as well.
  private String clientToken(FleetOrder order, List<FleetInstance> known) {
    List<String> ids = known.stream().map(FleetInstance::id).sorted().toList();
    long window = clock.instant().getEpochSecond() / TOKEN_WINDOW.toSeconds();
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256")
          .digest((order + " " + ids + " " + window).getBytes(StandardCharsets.UTF_8));
      return "muster-" + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Subnet> subnets(Optional<String> given) {
    List<Subnet> subnets = asked(
        "look up the subnet",
        () -> ec2.describeSubnets(
            request -> given.ifPresentOrElse(
                request::subnetIds,
                () -> request.filters(filter("default-for-az", "true"))))
            .subnets());
    if (subnets.isEmpty()) {
      throw Ec2Problem.of(
          "There is no default subnet in " + region + ".\n  Name one with --subnet.");
    }
    return subnets;
  }

  private String securityGroup(String fleet, String vpc, List<Tag> tags) {
    String name = "muster-" + fleet;
    return asked("find the security group " + name, () -> ec2.describeSecurityGroups(
        request -> request.filters(filter("group-name", name), filter("vpc-id", vpc))))
        .securityGroups()
        .stream()
        .findFirst()
        .map(SecurityGroup::groupId)
        .orElseGet(
            () -> asked(
                "create the security group " + name,
                // Without a rule nobody reaches the workers; what they reach, others decide.
                () -> ec2.createSecurityGroup(
                    request -> request.groupName(name)
                        .description("Workers of Muster; nobody connects to them")
                        .vpcId(vpc)
                        .tagSpecifications(of(ResourceType.SECURITY_GROUP, tags))))
                .groupId());
  }

  private Map<ArchitectureType, List<String>> byArchitecture(List<String> types) {
    var found = new LinkedHashMap<ArchitectureType, List<String>>();
    asked(
        "look up the types " + String.join(", ", types),
        () -> ec2.describeInstanceTypes(
            request -> request.instanceTypesWithStrings(types)))
        .instanceTypes()
        .forEach(
            info -> found.computeIfAbsent(
                info.processorInfo().supportedArchitectures().getFirst(), _ -> new ArrayList<>())
                .add(info.instanceTypeAsString()));
    return found;
  }

  private String image(ArchitectureType architecture) {
    return asked(
        "find the image of Amazon Linux",
        () -> ssm.getParameter(request -> request.name(IMAGE + architecture)))
        .parameter()
        .value();
  }

  private String template(
      FleetOrder order, WorkerSetup setup, ArchitectureType architecture, String group,
      List<Tag> tags) {
    String name = "muster-" + order.fleet() + "-" + architecture;
    RequestLaunchTemplateData data = RequestLaunchTemplateData.builder()
        .imageId(image(architecture))
        .securityGroupIds(group)
        .userData(
            Base64.getEncoder()
                .encodeToString(setup.script().getBytes(StandardCharsets.UTF_8)))
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
                .toList())
        .build();
    try {
      var _ = asked(
          "create the launch template " + name,
          () -> ec2.createLaunchTemplate(
              request -> request.launchTemplateName(name)
                  .launchTemplateData(data)
                  .tagSpecifications(of(ResourceType.LAUNCH_TEMPLATE, tags))));
    } catch (Ec2Problem e) {
      if (!e.code().startsWith("InvalidLaunchTemplateName.AlreadyExists")) {
        throw e;
      }
      var _ = asked(
          "create a version of the launch template " + name,
          () -> ec2.createLaunchTemplateVersion(
              request -> request.launchTemplateName(name).launchTemplateData(data)));
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

  /** All instances of a fleet that EC2 tells of, those that have ended a short while ago among them. */
  public List<FleetInstance> instances(String fleet) {
    return list(filter("tag:" + FLEET_TAG, fleet));
  }

  /** What EC2 tells of these instances; nothing, of those that it does not know yet. */
  public List<FleetInstance> instances(List<String> ids) {
    return ids.isEmpty()
        ? List.of()
        // As a filter, for which one that is unknown is no mistake.
        : list(Filter.builder().name("instance-id").values(ids).build());
  }

  /** All instances of all fleets, as {@link #instances(String)}. */
  public List<FleetInstance> instances() {
    return list(filter("tag-key", FLEET_TAG));
  }

  private List<FleetInstance> list(Filter filter) {
    return asked(
        "list instances",
        () -> ec2.describeInstancesPaginator(request -> request.filters(filter))
            .reservations()
            .stream()
            .flatMap(reservation -> reservation.instances().stream())
            .map(Ec2Fleet::read)
            .toList());
  }

  private static FleetInstance read(Instance instance) {
    return new FleetInstance(
        instance.instanceId(), tag(instance.tags(), FLEET_TAG), instance.instanceTypeAsString(),
        instance.placement().availabilityZone(),
        instance.instanceLifecycle() == InstanceLifecycleType.SPOT, instance.state().nameAsString(),
        instance.launchTime(), expires(instance.tags(), instance.launchTime()));
  }

  /** One whose tag cannot be read is to end at once: nobody would know when. */
  private static Instant expires(List<Tag> tags, Instant otherwise) {
    try {
      return Instant.parse(tag(tags, EXPIRES_TAG));
    } catch (DateTimeParseException e) {
      return otherwise;
    }
  }

  /** What an instance wrote to its console, as far as EC2 has it yet; empty where it has nothing. */
  public String console(String instance) {
    String output = asked(
        "read the console of " + instance,
        () -> ec2.getConsoleOutput(request -> request.instanceId(instance))).output();
    return output == null
        ? ""
        : new String(Base64.getMimeDecoder().decode(output), StandardCharsets.UTF_8);
  }

  /** Ends some instances, and waits for nothing. Those that EC2 knows no more have ended. */
  public void terminate(List<String> instances) {
    if (instances.isEmpty()) {
      return;
    }
    try {
      var _ = asked(
          "terminate " + String.join(", ", instances),
          () -> ec2.terminateInstances(request -> request.instanceIds(instances)));
    } catch (Ec2Problem e) {
      if (!e.code().equals("InvalidInstanceID.NotFound")) {
        throw e;
      }
      if (instances.size() > 1) {
        // One that is unknown keeps all others from being ended.
        instances.forEach(each -> terminate(List.of(each)));
      }
    }
  }

  /**
   * Ends a fleet and all that was created for it, and waits until EC2 lists none of it.
   *
   * @return what it lists at the end; empty, unless it took longer than minutes
   */
  public Leftovers end(String fleet) {
    Instant deadline = clock.instant().plus(PATIENCE);
    while (true) {
      terminate(
          instances(fleet).stream().filter(FleetInstance::isAlive).map(FleetInstance::id).toList());
      Leftovers left = leftovers(fleet);
      if (left.instances().isEmpty()) {
        remove(left.templates(), left.securityGroups());
        left = leftovers(fleet);
      }
      if (left.isEmpty() || clock.instant().isAfter(deadline)) {
        return left;
      }
      Pause.of(POLL);
    }
  }

  private void remove(List<String> templates, List<String> groups) {
    for (String template : templates) {
      var _ = asked(
          "delete the launch template " + template,
          () -> ec2.deleteLaunchTemplate(request -> request.launchTemplateId(template)));
    }
    for (String group : groups) {
      try {
        var _ = asked(
            "delete the security group " + group,
            () -> ec2.deleteSecurityGroup(request -> request.groupId(group)));
      } catch (Ec2Problem e) {
        // The interfaces of instances that have ended hold it for a while.
        if (!e.code().equals("DependencyViolation")) {
          throw e;
        }
      }
    }
  }

  /** What EC2 lists of a fleet. */
  public Leftovers leftovers(String fleet) {
    Filter ours = filter("tag:" + FLEET_TAG, fleet);
    return new Leftovers(
        list(ours).stream()
            .filter(each -> !each.state().equals("terminated"))
            .map(FleetInstance::id)
            .toList(),
        asked(
            "list volumes",
            () -> ec2.describeVolumesPaginator(request -> request.filters(ours))
                .volumes()
                .stream()
                .map(Volume::volumeId)
                .toList()),
        templates(ours, _ -> true), groups(ours, _ -> true));
  }

  /** The ids of those whose tags will do. */
  private List<String> templates(Filter filter, Predicate<List<Tag>> wanted) {
    return asked(
        "list launch templates",
        () -> ec2.describeLaunchTemplatesPaginator(request -> request.filters(filter))
            .launchTemplates()
            .stream()
            .filter(each -> wanted.test(each.tags()))
            .map(LaunchTemplate::launchTemplateId)
            .toList());
  }

  private List<String> groups(Filter filter, Predicate<List<Tag>> wanted) {
    return asked(
        "list security groups",
        () -> ec2.describeSecurityGroupsPaginator(request -> request.filters(filter))
            .securityGroups()
            .stream()
            .filter(each -> wanted.test(each.tags()))
            .map(SecurityGroup::groupId)
            .toList());
  }

  /**
   * Ends the instances of all fleets whose time is over, waits for nothing, and removes what was created for
   * fleets whose time is over and of which nothing lives any more.
   *
   * @return the instances that it has ended
   */
  public List<FleetInstance> reap() {
    Instant now = clock.instant();
    List<FleetInstance> alive = instances().stream().filter(FleetInstance::isAlive).toList();
    List<FleetInstance> over = alive.stream()
        .filter(each -> !now.isBefore(each.expires()))
        .toList();
    terminate(over.stream().map(FleetInstance::id).toList());
    Set<String> living = alive.stream()
        .filter(each -> !over.contains(each))
        .map(FleetInstance::fleet)
        .collect(Collectors.toSet());
    Filter ours = filter("tag-key", FLEET_TAG);
    Predicate<List<Tag>> isOver = tags -> !living.contains(tag(tags, FLEET_TAG))
        && !now.isBefore(expires(tags, Instant.MIN));
    remove(templates(ours, isOver), groups(ours, isOver));
    return over;
  }

  private static <T> T asked(String doing, Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw Ec2Problem.of(doing, e);
    }
  }

  private static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }

  private static List<Tag> tags(String fleet, Instant expires) {
    var tags = new ArrayList<>(nameTags(fleet));
    tags.add(Tag.builder().key(EXPIRES_TAG).value(expires.toString()).build());
    return tags;
  }

  private static List<Tag> nameTags(String fleet) {
    return List.of(
        Tag.builder().key("Name").value("muster-" + fleet).build(),
        Tag.builder().key(FLEET_TAG).value(fleet).build());
  }

  private static String tag(List<Tag> tags, String key) {
    return tags.stream()
        .filter(tag -> tag.key().equals(key))
        .map(Tag::value)
        .findFirst()
        .orElse("");
  }

  private static TagSpecification of(ResourceType type, List<Tag> tags) {
    return TagSpecification.builder().resourceType(type).tags(tags).build();
  }

  @Override
  public void close() {
    ec2.close();
    ssm.close();
  }
}
