package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.doctor.Demand;
import dev.muster.cli.doctor.Diagnosis;
import dev.muster.cli.doctor.Finding;
import dev.muster.cli.doctor.Finding.State;
import dev.muster.cli.doctor.Machine;
import dev.muster.plan.target.AllowedTargets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster doctor}. */
@Command(name = "doctor", sortOptions = false, description = "Say what on this machine would stand in the way of a run, and how to change it.", footer = {
    "",
    "Looks at the machine that sends load: cores, memory, limits on files and ports, clock. Each line",
    "is ok, warn (may spoil a result) or fail (a run would fail or be INVALID); the exit code is 1",
    "when one fails, else 0. Nothing is changed.",
    "",
    "Examples:",
    "  muster doctor",
    "  muster doctor plans/customer-api-three_tier.yaml --workers 4",
    "  muster doctor plan.yaml --allow-target shop.example:443"})
final class DoctorCommand implements Callable<Integer> {

  @Parameters(paramLabel = "PLAN", arity = "0..1", description = "Hold the machine against what this plan needs.")
  private @Nullable Path plan;

  @Option(names = "--set", paramLabel = "a.b=c", description = "Sets a value of the plan, such as load.users=100. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = {"-w",
      "--workers"}, paramLabel = "N", defaultValue = "2", description = "Workers on this machine. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(names = "--allow-target", paramLabel = "HOST[:PORT]", description = "Where workers would be started to send, as 'muster worker' has it. May be repeated.")
  private List<String> allowed = new ArrayList<>();

  @Override
  public Integer call() {
    var _ = Arguments.positive("--workers", workers);
    Demand demand = plan == null
        ? null
        : Demand.of(PlanArgument.read(PlanArgument.sourceOf(plan, overrides)));
    Diagnosis diagnosis = Diagnosis.of(
        Machine.look(CoordinatorCommand.DEFAULT_PORT), demand, workers,
        allowed.isEmpty()
            ? null
            : Arguments.checked("--allow-target", () -> AllowedTargets.of(allowed)));
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
