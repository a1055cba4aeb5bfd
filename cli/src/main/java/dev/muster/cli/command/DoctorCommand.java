package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.doctor.Demand;
import dev.muster.cli.doctor.Diagnosis;
import dev.muster.cli.doctor.Finding;
import dev.muster.cli.doctor.Finding.State;
import dev.muster.cli.doctor.Machine;
import dev.muster.ec2.Ec2Problem;
import dev.muster.plan.target.AllowedTargets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster doctor}. */
@Command(name = "doctor", sortOptions = false, description = "Say what would stand in the way of a run on this machine, or of workers on EC2, and how to change it.", footer = {
    "",
    "Looks at the machine that sends load: cores, memory, limits on files and ports, clock. Each line",
    "is ok, warn (may spoil a result) or fail (a run would fail or be INVALID); the exit code is 1",
    "when one fails, else 0. Nothing is changed. With --ec2 it looks at the account instead: what",
    "these credentials may do, quotas, addresses, images, and the way from workers to coordinator.",
    "",
    "Examples:",
    "  muster doctor",
    "  muster doctor plans/customer-api-three_tier.yaml --workers 4",
    "  muster doctor plan.yaml --allow-target shop.example:443",
    "  muster doctor --ec2 --count 20 --type c7g.large --to 10.0.0.5:7400",
    "  muster doctor --ec2 --policy > policy.json"})
final class DoctorCommand implements Callable<Integer> {

  private static final List<String> OF_THIS_MACHINE = List.of(
      "--set", "--workers", "--allow-target");

  @Parameters(paramLabel = "PLAN", arity = "0..1", description = "Hold the machine against what this plan needs.")
  private @Nullable Path plan;

  @Option(names = "--set", paramLabel = "a.b=c", description = "Sets a value of the plan, such as load.users=100. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = {"-w",
      "--workers"}, paramLabel = "N", defaultValue = "2", description = "Workers on this machine. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(names = "--allow-target", paramLabel = "HOST[:PORT]", description = "Where workers would be started to send, as 'muster worker' has it. May be repeated.")
  private List<String> allowed = new ArrayList<>();

  @Mixin
  private Ec2DoctorOptions ec2 = new Ec2DoctorOptions();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    refuseIdle(ec2.isWanted() ? OF_THIS_MACHINE : Ec2DoctorOptions.NAMES);
    return ec2.isWanted() ? ofEc2() : ofThisMachine();
  }

  /** What was said and means nothing was said by mistake. */
  private void refuseIdle(List<String> options) {
    var parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    options.stream().filter(parsed::hasMatchedOption).findFirst().ifPresent(idle -> {
      throw new UserError(
          ExitCode.USAGE,
          "doctor: " + idle + " says nothing "
              + (ec2.isWanted()
                  ? "of an account.\n  Leave it out, or leave out --ec2."
                  : "of this machine.\n  Leave it out, or add --ec2."));
    });
  }

  private int ofEc2() {
    if (plan != null) {
      throw new UserError(
          ExitCode.USAGE,
          "doctor --ec2: a plan says nothing of an account.\n  Leave it out, or leave out --ec2.");
    }
    try {
      if (ec2.isPolicyWanted()) {
        System.out.println(ec2.policy());
        return ExitCode.PASSED.status();
      }
      Diagnosis diagnosis = ec2.diagnosis();
      int status = tell(diagnosis);
      if (diagnosis.isAbout("permission")) {
        System.out.println("\nThe policy that allows all that Muster does, and no more:\n");
        System.out.println(ec2.policy());
      }
      return status;
    } catch (Ec2Problem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private int ofThisMachine() {
    var _ = Arguments.positive("--workers", workers);
    Demand demand = plan == null
        ? null
        : Demand.of(PlanArgument.read(PlanArgument.sourceOf(plan, overrides)));
    Diagnosis diagnosis = Diagnosis.of(
        Machine.look(CoordinatorCommand.DEFAULT_PORT), demand, workers,
        allowed.isEmpty()
            ? null
            : Arguments.checked("--allow-target", () -> AllowedTargets.of(allowed)));
    return tell(diagnosis);
  }

  private static int tell(Diagnosis diagnosis) {
    diagnosis.findings().forEach(DoctorCommand::print);
    System.out.println();
    System.out.println(conclusion(diagnosis));
    return (diagnosis.fails() ? ExitCode.FAILED : ExitCode.PASSED).status();
  }

  private static void print(Finding finding) {
    System.out.printf(
        Locale.ROOT, "%-4s  %-11s  %s%n", finding.state().word(), finding.about(), finding.found());
    if (!finding.advice().isEmpty()) {
      System.out.println("                   " + finding.advice());
    }
  }

  private static String conclusion(Diagnosis diagnosis) {
    long fails = diagnosis.count(State.FAIL);
    long warnings = diagnosis.count(State.WARN);
    if (fails > 0) {
      return fails == 1 ? "1 thing stands in the way." : fails + " things stand in the way.";
    }
    return switch ((int) warnings) {
      case 0 -> "Nothing stands in the way.";
      case 1 -> "Nothing stands in the way; 1 thing may spoil a result.";
      default -> "Nothing stands in the way; " + warnings + " things may spoil a result.";
    };
  }
}
