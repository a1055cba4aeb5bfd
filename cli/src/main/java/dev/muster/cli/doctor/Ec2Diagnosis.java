package dev.muster.cli.doctor;

import dev.muster.ec2.Answer;
import dev.muster.ec2.Ec2Facts;
import dev.muster.ec2.Ec2Facts.SubnetFacts;
import dev.muster.ec2.Ec2Facts.TypeFacts;
import dev.muster.ec2.FleetOrder;
import dev.muster.ec2.Permission;
import dev.muster.ec2.Permission.Verdict;
import dev.muster.ec2.S3Object;
import dev.muster.ec2.VcpuQuota;
import dev.muster.ec2.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says what would stand in the way of launching workers on EC2. Pure: it asks nobody and changes nothing. */
public final class Ec2Diagnosis {

  private static final String QUOTAS = "https://console.aws.amazon.com/servicequotas/home/services/ec2/quotas/";

  private final Ec2Facts facts;
  private final FleetOrder order;
  private final List<Finding> findings = new ArrayList<>();

  private Ec2Diagnosis(Ec2Facts facts, FleetOrder order) {
    this.facts = facts;
    this.order = order;
  }

  /** What stands in the way of {@code order} in an account of these {@code facts}. */
  public static Diagnosis of(Ec2Facts facts, FleetOrder order) {
    var diagnosis = new Ec2Diagnosis(facts, order);
    diagnosis.findings.add(
        Finding.ok("credentials", facts.caller() + ", in " + facts.region()));
    diagnosis.permissions();
    diagnosis.images();
    diagnosis.types();
    diagnosis.addresses();
    diagnosis.quota();
    facts.object().ifPresent(diagnosis::bucket);
    facts.ways().forEach(diagnosis::way);
    return new Diagnosis(diagnosis.findings);
  }

  private void permissions() {
    List<Permission> missing = with(Verdict.MISSING);
    for (Permission each : missing) {
      findings.add(
          each.isNeeded()
              ? Finding.fail("permission", isMissing(each), "The policy below allows it.")
              : Finding.warn(
                  "permission", isMissing(each),
                  "Workers can be launched without it. The policy below allows it."));
    }
    for (Permission each : with(Verdict.DOUBTFUL)) {
      findings.add(
          Finding.warn(
              "permission",
              each.action() + " was refused on something that is not there; it " + each.purpose(),
              "Your policy may decide by the tag of what is there: ask again while a fleet is. Else "
                  + "the policy below allows it."));
    }
    for (Permission each : with(Verdict.UNTOLD)) {
      findings.add(
          Finding.warn(
              "permission",
              "whether " + each.action() + " is allowed cannot be told"
                  + (each.told().isEmpty() ? "" : " (" + each.told() + ")") + "; it "
                  + each.purpose(),
              // For which EC2 looks at the profile first.
              each.action().equals("iam:PassRole")
                  ? "See that there is the instance profile, or ask again in a minute."
                  : "Ask again in a minute."));
    }
    if (!with(Verdict.LATER).isEmpty()) {
      findings.add(
          Finding.ok(
              "permissions",
              with(Verdict.LATER).stream().map(Permission::action).collect(Collectors.joining(", "))
                  + " can be asked for only while a fleet is there"));
    }
    if (missing.isEmpty() && !with(Verdict.ALLOWED).isEmpty()) {
      findings.add(
          Finding.ok(
              "permissions",
              with(Verdict.ALLOWED).size() + " actions were asked for, and allowed"));
    }
    if (order.spot()) {
      findings.add(
          Finding.ok(
              "spot", "an account's first spot instance needs iam:CreateServiceLinkedRole, which "
                  + "cannot be asked for"));
    }
  }

  private List<Permission> with(Verdict verdict) {
    return facts.permissions().stream().filter(each -> each.verdict() == verdict).toList();
  }

  private static String isMissing(Permission permission) {
    return permission.action() + " is not allowed; it " + permission.purpose();
  }

  /** Adds what {@code judged} finds, or that there was nothing to judge. */
  private <T> void judge(String about, Answer<T> answer, BiFunction<String, T, Finding> judged) {
    findings.add(
        answer.value()
            .map(value -> judged.apply(about, value))
            .orElseGet(() -> notLookedAt(about, answer.problem())));
  }

  /** Not in the way by itself: where a permission is missing, that is a finding of its own. */
  private static Finding notLookedAt(String about, String problem) {
    List<String> lines = problem.lines().map(String::strip).toList();
    return Finding.warn(
        about, "not looked at. " + lines.getFirst(),
        String.join(" ", lines.subList(1, lines.size())));
  }

  private void images() {
    facts.images()
        .forEach(
            (architecture, image) -> judge(
                "image", image,
                (about, id) -> Finding.ok(about, id + ", Amazon Linux 2023 for " + architecture)));
  }

  private void types() {
    judge("types", facts.types(), this::types);
  }

  private Finding types(String about, List<TypeFacts> types) {
    Set<String> there = types.stream().map(TypeFacts::name).collect(Collectors.toSet());
    List<String> unknown = order.types().stream().filter(each -> !there.contains(each)).toList();
    if (!unknown.isEmpty()) {
      return Finding.fail(
          about, "there is no " + String.join(", ", unknown) + " in " + facts.region(),
          "Name others with --type.");
    }
    Set<String> zones = subnets().stream().map(SubnetFacts::zone).collect(Collectors.toSet());
    List<String> nowhere = types.stream()
        .filter(
            each -> !zones.isEmpty()
                && each.zones()
                    .filter(offered -> offered.stream().noneMatch(zones::contains))
                    .isPresent())
        .map(TypeFacts::name)
        .toList();
    String subnets = zones.stream().sorted().collect(Collectors.joining(", "));
    if (nowhere.size() == types.size()) {
      return Finding.fail(
          about, String.join(", ", nowhere) + " is not to be had in " + subnets,
          "Name another --subnet, or others with --type.");
    }
    if (!nowhere.isEmpty()) {
      return Finding.warn(
          about,
          String.join(", ", nowhere) + " is not to be had in " + subnets + "; others are",
          "Name another --subnet where that type is wanted.");
    }
    return Finding.ok(
        about,
        types.stream()
            .map(each -> each.name() + " (" + each.vcpus() + " vCPUs)")
            .collect(Collectors.joining(", ")));
  }

  private List<SubnetFacts> subnets() {
    return facts.subnets().value().orElse(List.of());
  }

  private void addresses() {
    judge("subnets", facts.subnets(), this::addresses);
  }

  private Finding addresses(String about, List<SubnetFacts> subnets) {
    if (subnets.isEmpty()) {
      return Finding.fail(
          about, "there is no default subnet in " + facts.region(), "Name one with --subnet.");
    }
    int free = subnets.stream().mapToInt(SubnetFacts::free).sum();
    String found = subnets.stream()
        .map(each -> each.id() + " in " + each.zone())
        .collect(Collectors.joining(", "))
        + ": " + thousands(free) + " free addresses for " + order.count()
        + (order.count() == 1 ? " instance" : " instances");
    return free < order.count()
        ? Finding.fail(about, found, "Spawn fewer, or name a larger --subnet.")
        : Finding.ok(about, found);
  }

  private void quota() {
    if (facts.quota().isEmpty()) {
      if (facts.types().value().filter(each -> !each.isEmpty()).isPresent()) {
        findings.add(
            Finding.warn(
                "quota", "not looked at: these types count for quotas of their own",
                "See " + QUOTAS));
      }
      return;
    }
    judge("quota", facts.quota().get(), this::quota);
  }

  private Finding quota(String about, VcpuQuota quota) {
    int[] each = facts.types()
        .value()
        .orElse(List.of())
        .stream()
        .filter(type -> VcpuQuota.counts(type.name()))
        .mapToInt(TypeFacts::vcpus)
        .toArray();
    int least = order.count() * IntStream.of(each).min().orElse(0);
    int most = order.count() * IntStream.of(each).max().orElse(0);
    String found = "%s of %s vCPUs are free, %s are wanted".formatted(
        thousands(quota.free()), thousands(quota.most()),
        least == most ? thousands(least) : thousands(least) + " to " + thousands(most));
    String more = "Ask for more: " + QUOTAS + quota.code();
    return least > quota.free()
        ? Finding.fail(about, found, more + "; or spawn fewer.")
        : most > quota.free()
            ? Finding.warn(about, found, more + "; or name smaller types only.")
            : Finding.ok(about, found);
  }

  private void bucket(Answer<S3Object.Found> answer) {
    judge("bucket", answer, (about, found) -> switch (found) {
      case THERE -> Finding.ok(
          about, "there is something where Muster is to be; unless it is this Muster, 'spawn' puts "
              + "this in its place");
      case NOT_YET -> Finding.ok(about, "Muster is not there yet; 'spawn' puts it there");
      case NO_BUCKET -> Finding.fail(
          about, "there is no bucket of this name",
          "Make one in " + facts.region() + " with 'aws s3 mb s3://NAME'.");
      case ELSEWHERE -> Finding.fail(
          about, "the bucket is in another region than " + facts.region(),
          "Take one in that of the instances, which is nearer to them too.");
    });
  }

  private void way(String end, Answer<Way> answer) {
    judge(end, answer, (about, way) -> switch (way) {
      case Way.Outside(var host) -> Finding.ok(
          about,
          host + " is none of this account's instances in " + facts.region()
              + "; whether workers reach it cannot be told from here");
      case Way.Apart(var instance, var network) -> Finding.warn(
          about, instance + " is in " + network + ", and the workers would be in another network",
          "Name a --subnet of " + network + ", or see that the networks are peered.");
      case Way.KeptIn(var group, var host, var port) -> Finding.fail(
          about, "no rule of " + group + " lets workers out to " + host + ", port " + port,
          "Add one for what goes out: TCP " + port + " to there. Or leave out --security-group.");
      case Way.NoGroup(var group) -> Finding.fail(
          about, "there is no security group " + group + " in " + facts.region(),
          "Name one by its id with --security-group, or leave that out: one is created then.");
      case Way.Direct direct -> direct(about, direct);
    });
  }

  private static Finding direct(String about, Way.Direct way) {
    String who = String.join(", ", way.from());
    String where = way.instance() + ", port " + way.port();
    return switch (way.verdict()) {
      case YES -> Finding.ok(about, where + " lets in " + who);
      case NO -> Finding.fail(
          about, "no rule of the security groups of " + where + ", lets in " + who,
          "Add one: TCP " + way.port() + " from there"
              + way.group().map(group -> ", or from " + group).orElse("") + ".");
      case PERHAPS -> Finding.warn(
          about, where + " lets in whoever is in a prefix list, which was not read",
          "See that " + who + " is in it.");
    };
  }

  private static String thousands(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }
}
