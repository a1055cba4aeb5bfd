package dev.muster.ec2;

import dev.muster.deploy.spawn.Launch;
import dev.muster.deploy.spawn.Pause;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceLifecycleType;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.Volume;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * Fleets of workers on EC2. It remembers nothing: which instance is of which fleet, and until when it may
 * live, stands in tags, so whoever comes later finds and ends them. Every method asks EC2 and waits, and
 * throws {@link Ec2Problem}. For any thread.
 */
public final class Ec2Fleet implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final String LINUX = "Linux/UNIX";
  private static final Pattern ENDED = Pattern.compile(
      "\\((\\d{4}-\\d{2}-\\d{2}) (\\d{2}:\\d{2}:\\d{2}) (?:GMT|UTC)\\)");

  private final String region;
  private final Ec2Client ec2;
  private final SsmClient ssm;
  private final FleetLaunch launch;
  private final InstantSource clock;

  Ec2Fleet(String region, Ec2Client ec2, SsmClient ssm, InstantSource clock) {
    this.region = region;
    this.ec2 = ec2;
    this.ssm = ssm;
    this.launch = new FleetLaunch(region, ec2, ssm, clock);
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
      return launch.launch(order, setup, instances(order.fleet()));
    } catch (Ec2Problem e) {
      // With other wishes under the same token, a launch of this fleet is on its way.
      if (!e.code().equals("IdempotentParameterMismatch")) {
        removeIfNothingLives(order.fleet(), e);
      }
      throw e;
    }
  }

  /**
   * Launches one in place of another that is taken back, as that one was ordered, to live as long as it. To
   * say the same again launches nothing again.
   *
   * @param token lets it in
   * @param fresh where it fetches Muster, from where those before it did
   * @return what came of it; empty where no order stands with the fleet, or its end is too near
   * @throws Ec2Problem also when none was launched
   */
  public Optional<Launch> replace(
      FleetInstance taken, String token, UnaryOperator<Distribution> fresh) {
    List<String> there = instances(taken.fleet()).stream()
        .filter(each -> each.replaces().equals(Optional.of(taken.id())))
        .map(FleetInstance::id)
        .toList();
    if (!there.isEmpty()) {
      return Optional.of(new Launch(there, List.of()));
    }
    return order(taken.fleet(), token)
        .map(
            standing -> launch.replace(
                standing.order(),
                standing.setup().fetching(fresh.apply(standing.setup().distribution())),
                taken.id()));
  }

  private Optional<StandingOrder> order(String fleet, String token) {
    return templates(FleetTags.filter("tag:" + FleetTags.FLEET, fleet), _ -> true).stream()
        .flatMap(template -> told(template).stream())
        .flatMap(told -> StandingOrder.in(told, token, clock.instant()).stream())
        // The newest word, where templates of several architectures differ.
        .max(Comparator.comparing(StandingOrder::ends));
  }

  private Optional<String> told(String template) {
    return Ec2Problem.asked(
        "read the launch template " + template,
        () -> ec2.describeLaunchTemplateVersions(
            request -> request.launchTemplateId(template).versions("$Latest")))
        .launchTemplateVersions()
        .stream()
        .map(version -> version.launchTemplateData().userData())
        .filter(Objects::nonNull)
        .map(
            data -> new String(
                Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8))
        .findFirst();
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

  /** All instances of a fleet that EC2 tells of, those that have ended a short while ago among them. */
  public List<FleetInstance> instances(String fleet) {
    return list(FleetTags.filter("tag:" + FleetTags.FLEET, fleet));
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
    return list(FleetTags.filter("tag-key", FleetTags.FLEET));
  }

  private List<FleetInstance> list(Filter filter) {
    return Ec2Problem.asked(
        "list instances",
        () -> ec2.describeInstancesPaginator(request -> request.filters(filter))
            .reservations()
            .stream()
            .flatMap(reservation -> reservation.instances().stream())
            .map(Ec2Fleet::read)
            .toList());
  }

  private static FleetInstance read(Instance instance) {
    String replaces = FleetTags.value(instance.tags(), FleetTags.REPLACES);
    String reason = instance.stateReason() == null
        ? ""
        : String.valueOf(instance.stateReason().code());
    return new FleetInstance(
        instance.instanceId(), FleetTags.value(instance.tags(), FleetTags.FLEET),
        instance.instanceTypeAsString(), instance.placement().availabilityZone(),
        instance.instanceLifecycle() == InstanceLifecycleType.SPOT, instance.state().nameAsString(),
        instance.launchTime(), FleetTags.expires(instance.tags(), instance.launchTime()),
        replaces.isEmpty() ? Optional.empty() : Optional.of(replaces),
        reason.startsWith("Server.SpotInstance"), ended(instance.stateTransitionReason()));
  }

  /** As in "User initiated (2026-01-02 03:04:05 GMT)", which is all that EC2 tells of it. */
  private static Optional<Instant> ended(@Nullable String reason) {
    return Optional.ofNullable(reason)
        .map(ENDED::matcher)
        .filter(Matcher::find)
        .map(match -> Instant.parse(match.group(1) + "T" + match.group(2) + "Z"));
  }

  /**
   * What spot instances of some types have cost in each zone, Linux without anything on it.
   *
   * @param since from what held then on
   */
  public SpotPrices spotPrices(Collection<String> types, Instant since) {
    return new SpotPrices(
        Ec2Problem.asked(
            "look up what spot instances cost",
            () -> ec2.describeSpotPriceHistoryPaginator(
                request -> request.startTime(since)
                    .instanceTypesWithStrings(types)
                    .productDescriptions(LINUX))
                .spotPriceHistory()
                .stream()
                .filter(each -> each.spotPrice().matches("[0-9]+(\\.[0-9]+)?"))
                .map(
                    each -> new SpotPrices.Change(
                        each.instanceTypeAsString(), each.availabilityZone(), each.timestamp(),
                        new BigDecimal(each.spotPrice())))
                .toList()));
  }

  /** What those of these that are spot instances have cost since their launch; asks nobody where none is. */
  public SpotPrices spotPrices(Collection<FleetInstance> instances) {
    List<FleetInstance> spot = instances.stream().filter(FleetInstance::spot).toList();
    return spot.stream()
        .map(FleetInstance::launched)
        .min(Comparator.naturalOrder())
        .map(
            first -> spotPrices(
                spot.stream().map(FleetInstance::type).collect(Collectors.toSet()), first))
        .orElse(SpotPrices.NONE);
  }

  /** What an instance wrote to its console, as far as EC2 has it yet; empty where it has nothing. */
  public String console(String instance) {
    String output;
    try {
      output = console(instance, true);
    } catch (Ec2Problem e) {
      // Only what is built on Nitro tells what was written just now; the others, what was when they booted.
      if (!e.code().startsWith("UnsupportedOperation")) {
        throw e;
      }
      output = console(instance, false);
    }
    return new String(Base64.getMimeDecoder().decode(output), StandardCharsets.UTF_8);
  }

  private String console(String instance, boolean latest) {
    String output = Ec2Problem.asked(
        "read the console of " + instance,
        () -> ec2.getConsoleOutput(request -> request.instanceId(instance).latest(latest)))
        .output();
    return output == null ? "" : output;
  }

  /** Ends some instances, and waits for nothing. Those that EC2 knows no more have ended. */
  public void terminate(List<String> instances) {
    if (instances.isEmpty()) {
      return;
    }
    try {
      var _ = Ec2Problem.asked(
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
      var _ = Ec2Problem.asked(
          "delete the launch template " + template,
          () -> ec2.deleteLaunchTemplate(request -> request.launchTemplateId(template)));
    }
    for (String group : groups) {
      try {
        var _ = Ec2Problem.asked(
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
    Filter ours = FleetTags.filter("tag:" + FleetTags.FLEET, fleet);
    return new Leftovers(
        list(ours).stream()
            .filter(each -> !each.state().equals("terminated"))
            .map(FleetInstance::id)
            .toList(),
        Ec2Problem.asked(
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
    return Ec2Problem.asked(
        "list launch templates",
        () -> ec2.describeLaunchTemplatesPaginator(request -> request.filters(filter))
            .launchTemplates()
            .stream()
            .filter(each -> wanted.test(each.tags()))
            .map(LaunchTemplate::launchTemplateId)
            .toList());
  }

  private List<String> groups(Filter filter, Predicate<List<Tag>> wanted) {
    return Ec2Problem.asked(
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
    Filter ours = FleetTags.filter("tag-key", FleetTags.FLEET);
    Predicate<List<Tag>> isOver = tags -> !living.contains(FleetTags.value(tags, FleetTags.FLEET))
        && !now.isBefore(FleetTags.expires(tags, Instant.MIN));
    remove(templates(ours, isOver), groups(ours, isOver));
    return over;
  }

  @Override
  public void close() {
    ec2.close();
    ssm.close();
  }
}
