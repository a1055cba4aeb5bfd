package dev.muster.ec2;

import dev.muster.ec2.Ec2Facts.SubnetFacts;
import dev.muster.ec2.Ec2Facts.TypeFacts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceLifecycleType;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.LocationType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;

/**
 * Looks at an account before anything is launched, and changes nothing: whatever changes something is asked for
 * as a dry run. For one thread.
 */
public final class Ec2Survey implements AutoCloseable {

  /** Where something is to be reached. */
  public record Endpoint(String host, int port) {}

  private static final String ANYWHERE = "0.0.0.0/0";
  private static final String NO_IMAGE = "ami-00000000000000000";
  private static final int VALUES_OF_A_FILTER = 200;

  private final Account aws;

  Ec2Survey(Account aws) {
    this.aws = aws;
  }

  /**
   * Of the account that the SDK's own settings name.
   *
   * @param region empty: that of the settings
   */
  public static Ec2Survey in(Optional<String> region) {
    return new Ec2Survey(AwsClients.account(region));
  }

  /**
   * All that bears on {@code order}.
   *
   * @param ends what workers have to reach, such as the coordinator, by what it is
   * @param extras what the fleet uses that most do not
   * @throws Ec2Problem if AWS is not reached, or does not know the credentials
   */
  public Ec2Facts facts(FleetOrder order, Map<String, Endpoint> ends, Extras extras) {
    String caller = Ec2Problem.asked("ask AWS who calls", () -> aws.sts().getCallerIdentity())
        .arn();
    Answer<List<SubnetFacts>> subnets = Answer.looked(() -> subnets(order.given().subnet()));
    Answer<List<TypeFacts>> types = Answer.looked(() -> types(order.types()));
    List<TypeFacts> known = types.value().orElse(List.of());
    var images = new LinkedHashMap<String, Answer<String>>();
    known.forEach(
        type -> images.computeIfAbsent(
            type.architecture(), name -> Answer.looked(() -> image(name))));
    Optional<Answer<VcpuQuota>> quota = known.stream()
        .anyMatch(type -> VcpuQuota.counts(type.name()))
            ? Optional.of(Answer.looked(() -> quota(order.spot())))
            : Optional.empty();
    var ways = new LinkedHashMap<String, Answer<Way>>();
    ends.forEach(
        (what, to) -> ways.put(
            what, Answer.looked(() -> way(to, order, subnets.value().orElse(List.of())))));
    Optional<Answer<S3Object.Found>> object = extras.object()
        .map(each -> Answer.looked(() -> look(each)));
    // Of what has no bucket nobody can tell who may write it.
    Extras there = object.flatMap(Answer::value).filter(Ec2Survey::isOutOfReach).isPresent()
        ? new Extras(Optional.empty(), extras.profile())
        : extras;
    return new Ec2Facts(
        aws.region(), caller, permissions(sample(order, subnets, known, images), there), subnets,
        types, images, quota, ways, object);
  }

  private S3Object.Found look(S3Object object) {
    return Ec2Problem.asked("look at " + object, () -> object.look(aws.s3()));
  }

  private static boolean isOutOfReach(S3Object.Found found) {
    return switch (found) {
      case THERE, NOT_YET -> false;
      case NO_BUCKET, ELSEWHERE -> true;
    };
  }

  private List<SubnetFacts> subnets(Optional<String> given) {
    return Ec2Problem.asked(
        "look up the subnets",
        () -> aws.ec2()
            .describeSubnets(
                request -> given.ifPresentOrElse(
                    request::subnetIds,
                    () -> request.filters(FleetTags.filter("default-for-az", "true"))))
            .subnets())
        .stream()
        .map(
            each -> new SubnetFacts(
                each.subnetId(), each.vpcId(), each.availabilityZone(), each.cidrBlock(),
                each.availableIpAddressCount()))
        .toList();
  }

  private List<TypeFacts> types(List<String> names) {
    Answer<Map<String, Set<String>>> zones = Answer.looked(() -> zones(names));
    return Ec2Problem.asked(
        "look up the types " + String.join(", ", names),
        () -> aws.ec2()
            // As a filter, for which one that there is not is no mistake.
            .describeInstanceTypesPaginator(request -> request.filters(ofTypes(names)))
            .instanceTypes()
            .stream()
            .map(
                each -> new TypeFacts(
                    each.instanceTypeAsString(),
                    FleetLaunch.architecture(each),
                    each.vCpuInfo().defaultVCpus(),
                    zones.value()
                        .map(all -> all.getOrDefault(each.instanceTypeAsString(), Set.of()))))
            .toList());
  }

  private Map<String, Set<String>> zones(List<String> names) {
    return Ec2Problem.asked(
        "look up in which zones there are " + String.join(", ", names),
        () -> aws.ec2()
            .describeInstanceTypeOfferingsPaginator(
                request -> request.locationType(LocationType.AVAILABILITY_ZONE)
                    .filters(ofTypes(names)))
            .instanceTypeOfferings()
            .stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.instanceTypeAsString(),
                    Collectors.mapping(each -> each.location(), Collectors.toSet()))));
  }

  private static Filter ofTypes(Collection<String> names) {
    return Filter.builder().name("instance-type").values(names).build();
  }

  private String image(String architecture) {
    return Ec2Problem.asked(
        "find the image of Amazon Linux for " + architecture,
        () -> aws.ssm().getParameter(request -> request.name(FleetLaunch.IMAGE + architecture)))
        .parameter()
        .value();
  }

  private VcpuQuota quota(boolean spot) {
    String code = VcpuQuota.code(spot);
    double most = Ec2Problem.asked(
        "look up the quota of vCPUs",
        () -> aws.quotas()
            .getServiceQuota(request -> request.serviceCode("ec2").quotaCode(code)))
        .quota()
        .value();
    Map<String, Long> running = Ec2Problem.asked(
        "list what runs",
        () -> aws.ec2()
            .describeInstancesPaginator(
                request -> request.filters(
                    Filter.builder()
                        .name("instance-state-name")
                        .values("pending", "running")
                        .build()))
            .reservations()
            .stream()
            .flatMap(each -> each.instances().stream())
            .filter(each -> spot == (each.instanceLifecycle() == InstanceLifecycleType.SPOT))
            .map(Instance::instanceTypeAsString)
            .filter(VcpuQuota::counts)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())));
    Map<String, Integer> vcpus = vcpus(List.copyOf(running.keySet()));
    long all = running.entrySet()
        .stream()
        .mapToLong(each -> each.getValue() * vcpus.getOrDefault(each.getKey(), 0))
        .sum();
    return new VcpuQuota(code, most, Math.toIntExact(all));
  }

  private Map<String, Integer> vcpus(List<String> types) {
    return Stream.iterate(0, from -> from < types.size(), from -> from + VALUES_OF_A_FILTER)
        .map(from -> types.subList(from, Math.min(types.size(), from + VALUES_OF_A_FILTER)))
        .flatMap(
            some -> Ec2Problem.asked(
                "look up the types that run",
                () -> aws.ec2()
                    .describeInstanceTypesPaginator(request -> request.filters(ofTypes(some)))
                    .instanceTypes()
                    .stream()
                    .toList())
                .stream())
        .collect(
            Collectors.toMap(
                each -> each.instanceTypeAsString(), each -> each.vCpuInfo().defaultVCpus()));
  }

  private Way way(Endpoint to, FleetOrder order, List<SubnetFacts> subnets) {
    List<String> addresses = addresses(to.host());
    Optional<Instance> byPrivate = instance("private-ip-address", addresses);
    Optional<Instance> found = byPrivate.or(() -> instance("ip-address", addresses));
    Optional<String> own = order.given().securityGroup();
    if (own.isPresent()) {
      Optional<SecurityGroup> group = FleetLaunch.group(aws.ec2(), own.get());
      if (group.isEmpty()) {
        return new Way.NoGroup(own.get());
      }
      // Only by their private addresses are members of a group known to be such.
      if (addresses.stream().noneMatch(each -> letsOut(group.get(), each, byPrivate, to.port()))) {
        return new Way.KeptIn(own.get(), to.host(), to.port());
      }
    }
    if (found.isEmpty()) {
      return new Way.Outside(to.host());
    }
    Instance instance = found.get();
    boolean isPrivate = byPrivate.isPresent();
    boolean sameNetwork = subnets.stream().allMatch(each -> each.vpc().equals(instance.vpcId()));
    if (isPrivate && !sameNetwork) {
      return new Way.Apart(instance.instanceId(), instance.vpcId());
    }
    List<String> ids = instance.securityGroups().stream().map(each -> each.groupId()).toList();
    List<SecurityGroup> groups = Ec2Problem.asked(
        "look up the security groups of " + instance.instanceId(),
        () -> aws.ec2().describeSecurityGroups(request -> request.groupIds(ids)).securityGroups());
    return new Way.Direct(
        instance.instanceId(), to.port(),
        new Ingress(
            groups.stream()
                .flatMap(group -> group.ipPermissions().stream())
                .map(Ec2Survey::rule)
                .toList()),
        isPrivate ? subnets.stream().map(SubnetFacts::network).toList() : List.of(ANYWHERE),
        isPrivate ? own.or(() -> group(order.fleet(), instance.vpcId())) : Optional.empty());
  }

  private static boolean letsOut(
      SecurityGroup group, String address, Optional<Instance> there, int port) {
    var out = new Ingress(
        group.ipPermissionsEgress().stream().map(Ec2Survey::rule).toList());
    Stream<Optional<String>> groups = there.stream()
        .flatMap(each -> each.securityGroups().stream())
        .map(each -> Optional.of(each.groupId()));
    // Of IPv6 no rules are known here.
    return address.contains(":") || Stream.concat(Stream.of(Optional.<String>empty()), groups)
        .anyMatch(each -> out.lets(address + "/32", each, port) != Ingress.Verdict.NO);
  }

  private static List<String> addresses(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .map(InetAddress::getHostAddress)
          .toList();
    } catch (UnknownHostException e) {
      throw Ec2Problem.of(
          "The name " + host + " is not known here.\n  Instances may know it; name its address to "
              + "have the way to it looked at.");
    }
  }

  private Optional<Instance> instance(String filter, List<String> addresses) {
    return Ec2Problem.asked(
        "look for the coordinator's instance",
        () -> aws.ec2()
            .describeInstances(
                request -> request.filters(
                    Filter.builder().name(filter).values(addresses).build(),
                    FleetTags.filter("instance-state-name", "running")))
            .reservations()
            .stream()
            .flatMap(each -> each.instances().stream())
            .findFirst());
  }

  private Optional<String> group(String fleet, String vpc) {
    return Ec2Problem.asked(
        "find the security group of the fleet",
        () -> aws.ec2()
            .describeSecurityGroups(
                request -> request.filters(
                    FleetTags.filter("tag:" + FleetTags.FLEET, fleet),
                    FleetTags.filter("vpc-id", vpc)))
            .securityGroups()
            .stream()
            .map(SecurityGroup::groupId)
            .findFirst());
  }

  private static Ingress.Rule rule(IpPermission rule) {
    return new Ingress.Rule(
        rule.ipProtocol(), rule.fromPort() == null ? 0 : rule.fromPort(),
        rule.toPort() == null ? 0 : rule.toPort(),
        rule.ipRanges().stream().map(IpRange::cidrIp).toList(),
        rule.userIdGroupPairs().stream().map(UserIdGroupPair::groupId).toList(),
        !rule.prefixListIds().isEmpty());
  }

  private Sample sample(
      FleetOrder order, Answer<List<SubnetFacts>> subnets, List<TypeFacts> types,
      Map<String, Answer<String>> images) {
    Filter ours = FleetTags.filter("tag-key", FleetTags.FLEET);
    Optional<SubnetFacts> subnet = subnets.value().stream().flatMap(List::stream).findFirst();
    // The image has to be of the type's architecture.
    Optional<TypeFacts> type = types.stream().findFirst();
    return new Sample(
        type.flatMap(each -> Optional.ofNullable(images.get(each.architecture())))
            .flatMap(Answer::value)
            .orElse(NO_IMAGE),
        type.map(TypeFacts::name).orElse(order.types().getFirst()),
        subnet.map(SubnetFacts::id).orElse("subnet-00000000000000000"),
        subnet.map(SubnetFacts::vpc).orElse("vpc-00000000000000000"),
        first(
            () -> aws.ec2()
                .describeInstances(request -> request.filters(ours))
                .reservations()
                .stream()
                .flatMap(each -> each.instances().stream())
                .map(Instance::instanceId)),
        first(
            () -> aws.ec2()
                .describeLaunchTemplates(request -> request.filters(ours))
                .launchTemplates()
                .stream()
                .map(each -> each.launchTemplateId())),
        first(
            () -> aws.ec2()
                .describeSecurityGroups(request -> request.filters(ours))
                .securityGroups()
                .stream()
                .map(SecurityGroup::groupId)));
  }

  /** What cannot be listed is not there to ask about. */
  private static Optional<String> first(Supplier<Stream<String>> ids) {
    try {
      return ids.get().findFirst();
    } catch (SdkException e) {
      return Optional.empty();
    }
  }

  private List<Permission> permissions(Sample sample, Extras extras) {
    var answers = new ArrayList<Permission>();
    AwsAction.all(extras)
        .forEach(
            action -> action.probe()
                .ifPresent(probe -> answers.add(asked(action, probe, sample))));
    // One that is asked for along with others may have been found missing several times.
    return answers.stream().distinct().toList();
  }

  private Permission asked(AwsAction action, Probe probe, Sample sample) {
    try {
      var _ = probe.ask(aws, sample);
      return Permission.allowed(action);
    } catch (SdkException e) {
      return Permission.of(
          action, probe.isOfNothing(sample), Ec2Problem.code(e), Ec2Problem.message(e));
    }
  }

  @Override
  public void close() {
    aws.close();
  }
}
