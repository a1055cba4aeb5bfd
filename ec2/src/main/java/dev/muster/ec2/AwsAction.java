package dev.muster.ec2;

import static dev.muster.ec2.Grant.any;
import static dev.muster.ec2.Grant.fresh;
import static dev.muster.ec2.Grant.ours;

import dev.muster.ec2.Extras.Profile;
import dev.muster.ec2.Permission.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ec2.model.DefaultTargetCapacityType;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateConfigRequest;
import software.amazon.awssdk.services.ec2.model.FleetType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/**
 * An action of AWS that Muster needs to be allowed: to call one that {@link #all} does not have is a defect, and so
 * is one there that is never called. The policy that 'doctor --ec2' prints is made from that list.
 *
 * @param id as AWS writes it, such as ec2:RunInstances
 * @param uses what of Muster needs it
 * @param purpose what it does there, to follow its name
 * @param probe how to ask for it; empty where AWS asks for it only along with others
 * @param grants on what, and when, it has to be allowed; none where everybody may
 */
record AwsAction(
    String id, Set<Use> uses, String purpose, Optional<Probe> probe, List<Grant> grants) {

  /** Those that every fleet needs. */
  private static final List<AwsAction> OF_ALL_FLEETS = List.of(

      // AWS allows it to everybody.
      asked("sts:GetCallerIdentity", Set.of(Use.DOCTOR), "tells who calls",
          (aws, _) -> aws.sts().getCallerIdentity()),

      asked("ec2:DescribeInstances", Set.of(Use.SPAWN, Use.END), "lists instances",
          (aws, _) -> aws.ec2().describeInstances(request -> request.dryRun(true)), any()),

      asked("ec2:DescribeVolumes", Set.of(Use.END), "shows that no volume is left",
          (aws, _) -> aws.ec2().describeVolumes(request -> request.dryRun(true)), any()),

      asked("ec2:DescribeSubnets", Set.of(Use.SPAWN), "finds where instances go",
          (aws, _) -> aws.ec2().describeSubnets(request -> request.dryRun(true)), any()),

      asked("ec2:DescribeSecurityGroups", Set.of(Use.SPAWN, Use.END),
          "finds the fleet's security group",
          (aws, _) -> aws.ec2().describeSecurityGroups(request -> request.dryRun(true)), any()),

      asked("ec2:DescribeInstanceTypes", Set.of(Use.SPAWN), "tells a type's architecture",
          (aws, _) -> aws.ec2().describeInstanceTypes(request -> request.dryRun(true)), any()),

      asked("ec2:DescribeInstanceTypeOfferings", Set.of(Use.DOCTOR),
          "tells in which zones a type is to be had",
          (aws, _) -> aws.ec2().describeInstanceTypeOfferings(request -> request.dryRun(true)),
          any()),

      asked("ec2:DescribeLaunchTemplates", Set.of(Use.END), "finds the fleet's launch templates",
          (aws, _) -> aws.ec2().describeLaunchTemplates(request -> request.dryRun(true)), any()),

      asked("ec2:DescribeLaunchTemplateVersions", Set.of(Use.SPAWN),
          "tells how what is taken back was ordered",
          (aws, _) -> aws.ec2()
              .describeLaunchTemplateVersions(
                  request -> request.dryRun(true).versions("$Latest")),
          any()),

      asked("ssm:GetParameter", Set.of(Use.SPAWN), "finds the image of Amazon Linux",
          (aws, _) -> aws.ssm().getParameter(request -> request.name(FleetLaunch.IMAGE + "x86_64")),
          Grant.parameter(FleetLaunch.IMAGE + "*")),

      asked("servicequotas:GetServiceQuota", Set.of(Use.DOCTOR), "tells how many vCPUs may run",
          (aws, _) -> aws.quotas()
              .getServiceQuota(
                  request -> request.serviceCode("ec2").quotaCode(VcpuQuota.ON_DEMAND)),
          any()),

      asked("pricing:GetProducts", Set.of(Use.PRICES), "tells what instances cost",
          (aws, _) -> aws.pricing()
              .getProducts(
                  request -> request.serviceCode("AmazonEC2").maxResults(1)),
          any()),

      asked("ec2:DescribeSpotPriceHistory", Set.of(Use.PRICES), "tells what spot instances cost",
          (aws, _) -> aws.ec2().describeSpotPriceHistory(request -> request.dryRun(true)), any()),

      asked("ec2:CreateSecurityGroup", Set.of(Use.SPAWN), "creates the fleet's security group",
          (aws, sample) -> aws.ec2()
              .createSecurityGroup(
                  request -> request.dryRun(true)
                      .groupName("muster-doctor")
                      .description("a dry run")
                      .vpcId(sample.vpc())
                      .tagSpecifications(tagged(ResourceType.SECURITY_GROUP))),
          fresh("security-group"), any("vpc")),

      asked("ec2:CreateLaunchTemplate", Set.of(Use.SPAWN), "says what the instances are to be",
          (aws, sample) -> aws.ec2()
              .createLaunchTemplate(
                  request -> request.dryRun(true)
                      .launchTemplateName("muster-doctor")
                      .launchTemplateData(data -> data.imageId(sample.image()))
                      .tagSpecifications(tagged(ResourceType.LAUNCH_TEMPLATE))),
          fresh("launch-template")),

      asked("ec2:CreateLaunchTemplateVersion", Set.of(Use.SPAWN),
          "says so anew when a fleet is spawned again",
          Probe.ofOurs(Sample::template, "lt-00000000000000000", (aws, template) -> aws.ec2()
              .createLaunchTemplateVersion(
                  request -> request.dryRun(true)
                      .launchTemplateId(template)
                      .launchTemplateData(data -> data.ebsOptimized(true)))),
          ours("launch-template")),

      asked("ec2:CreateFleet", Set.of(Use.SPAWN), "launches the instances",
          Probe.ofOurs(Sample::template, "lt-00000000000000000", (aws, template) -> aws.ec2()
              .createFleet(
                  request -> request.dryRun(true)
                      .type(FleetType.INSTANT)
                      .launchTemplateConfigs(
                          FleetLaunchTemplateConfigRequest.builder()
                              .launchTemplateSpecification(
                                  spec -> spec.launchTemplateId(template).version("$Latest"))
                              .build())
                      .targetCapacitySpecification(
                          target -> target.totalTargetCapacity(1)
                              .defaultTargetCapacityType(DefaultTargetCapacityType.ON_DEMAND))
                      .tagSpecifications(tagged(ResourceType.FLEET)))),
          fresh("fleet"), ours("launch-template"),
          // What is launched has its tags from the template, which CreateFleet itself does not weigh.
          any("image", "instance", "subnet", "volume")),

      asked("ec2:RunInstances", Set.of(Use.SPAWN), "lets CreateFleet launch them",
          (aws, sample) -> launch(aws, sample, _ -> {}),
          fresh("instance", "volume"), ours("launch-template"),
          any(
              "image", "network-interface", "security-group", "snapshot", "spot-instances-request",
              "subnet")),

      // Never called by itself: whatever creates something with tags has to be allowed this too.
      along("ec2:CreateTags", Set.of(Use.SPAWN), "lets what is created have tags",
          Grant.tagging("fleet", "instance", "launch-template", "security-group", "volume")),

      asked("ec2:GetConsoleOutput", Set.of(Use.SPAWN), "tells why an instance did not come",
          Probe.ofOurs(Sample::instance, "i-00000000000000000", (aws, instance) -> aws.ec2()
              .getConsoleOutput(request -> request.dryRun(true).instanceId(instance))),
          ours("instance")),

      asked("ec2:TerminateInstances", Set.of(Use.SPAWN, Use.END), "ends instances",
          Probe.ofOurs(Sample::instance, "i-00000000000000000", (aws, instance) -> aws.ec2()
              .terminateInstances(request -> request.dryRun(true).instanceIds(instance))),
          ours("instance")),

      asked("ec2:DeleteLaunchTemplate", Set.of(Use.SPAWN, Use.END),
          "removes the fleet's launch templates",
          Probe.ofOurs(Sample::template, "lt-00000000000000000", (aws, template) -> aws.ec2()
              .deleteLaunchTemplate(request -> request.dryRun(true).launchTemplateId(template))),
          ours("launch-template")),

      asked("ec2:DeleteSecurityGroup", Set.of(Use.SPAWN, Use.END),
          "removes the fleet's security group",
          Probe.ofOurs(Sample::group, "sg-00000000000000000", (aws, group) -> aws.ec2()
              .deleteSecurityGroup(request -> request.dryRun(true).groupId(group))),
          ours("security-group")),

      // Called by EC2 for whoever launches the first spot instance of an account.
      along("iam:CreateServiceLinkedRole", Set.of(Use.SPAWN),
          "lets EC2 launch the account's first spot instance", Grant.spotRole()));

  AwsAction {
    uses = Set.copyOf(uses);
    grants = List.copyOf(grants);
  }

  /** One that is called, and can be asked for. */
  private static AwsAction asked(
      String id, Set<Use> uses, String purpose, Probe probe, Grant... grants) {
    return new AwsAction(id, uses, purpose, Optional.of(probe), List.of(grants));
  }

  /** One that AWS asks for only along with others. */
  private static AwsAction along(String id, Set<Use> uses, String purpose, Grant... grants) {
    return new AwsAction(id, uses, purpose, Optional.empty(), List.of(grants));
  }

  /** All that a fleet needs which uses these. */
  static List<AwsAction> all(Extras extras) {
    var all = new ArrayList<>(OF_ALL_FLEETS);
    extras.object().ifPresent(object -> all.addAll(about(object)));
    extras.profile().ifPresent(profile -> all.add(passing(profile)));
    return List.copyOf(all);
  }

  private static List<AwsAction> about(S3Object object) {
    return List.of(
        asked("s3:GetObject", Set.of(Use.SPAWN),
            "tells whether Muster is there, and lets instances fetch it by an address that is signed",
            (aws, _) -> object.look(aws.s3()), Grant.of(object)),

        asked("s3:PutObject", Set.of(Use.SPAWN), "puts Muster there",
            (aws, _) -> object.tryToWrite(aws.s3()), Grant.of(object)));
  }

  // Never called: whoever launches with a profile has to be allowed it.
  private static AwsAction passing(Profile profile) {
    return asked("iam:PassRole", Set.of(Use.SPAWN), "lets instances have the role in their profile",
        (aws, sample) -> launch(
            aws, sample, request -> request.iamInstanceProfile(
                iam -> (profile.text().startsWith("arn:")
                    ? iam.arn(profile.text())
                    : iam.name(profile.text())).build())),
        Grant.passing(profile.role()));
  }

  private static RunInstancesResponse launch(
      Account aws, Sample sample, Consumer<RunInstancesRequest.Builder> more) {
    return aws.ec2()
        .runInstances(
            request -> more.accept(
                request.dryRun(true)
                    .minCount(1)
                    .maxCount(1)
                    .imageId(sample.image())
                    .instanceType(sample.type())
                    .subnetId(sample.subnet())
                    .tagSpecifications(
                        tagged(ResourceType.INSTANCE), tagged(ResourceType.VOLUME))));
  }

  /** That of a name as AWS writes it, of those that every fleet needs. */
  static Optional<AwsAction> of(String id) {
    return OF_ALL_FLEETS.stream().filter(each -> each.id().equals(id)).findFirst();
  }

  private static TagSpecification tagged(ResourceType type) {
    return FleetTags.of(type, FleetTags.name("doctor"));
  }
}
