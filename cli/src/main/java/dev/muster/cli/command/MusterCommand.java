package dev.muster.cli.command;

import dev.muster.cli.target.TargetCommand;
import dev.muster.v1.Version;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code muster} itself; what it does is in its subcommands. */
@Command(name = "muster", sortOptions = false, sortSynopsis = false, synopsisSubcommandLabel = "COMMAND", header = {
    "",
    "@|bold Muster|@ answers one question with numbers that can be trusted:",
    "how many users does this service carry, and what do they feel?",
    ""}, descriptionHeading = "", commandListHeading = "%n@|bold Commands|@%n", optionListHeading = "%n@|bold Options|@%n", footer = {
        "",
        "@|bold To begin|@",
        "  muster demo                           a minute of load on this machine, and its report",
        "  muster plan show plans/first.yaml     what a plan will send, before it is sent",
        "  muster run plans/first.yaml --target-service",
        "                                        send it, to a service started along with it",
        "  muster doctor plans/first.yaml        what on this machine would stand in its way",
        "",
        "@|bold On several machines|@",
        "  muster coordinator                    start one; it prints the line to start workers with",
        "  MUSTER_JOIN=TOKEN muster worker --join HOST:PORT",
        "                                        on each machine that is to send load",
        "  muster submit plans/first.yaml        hand a plan to the coordinator, and follow it",
        "",
        "@|bold Exit codes|@",
        "  0 all went well            1 something failed         2 wrong usage, or a plan with problems",
        "  3 a worker's coordinator is gone, or refuses it; to start it again is of no use",
        "  4 the run is INVALID       130 interrupted; what was measured is written",
        "",
        "'muster COMMAND --help' tells more of each. Plans are explained in plans/*.yaml and by",
        "'muster plan schema', which an editor can use for completion."})
public final class MusterCommand {

  /** In the order of the help page. */
  private static final Map<String, Class<?>> SUBCOMMANDS = new LinkedHashMap<>();

  static {
    SUBCOMMANDS.put("demo", DemoCommand.class);
    SUBCOMMANDS.put("run", RunCommand.class);
    SUBCOMMANDS.put("plan", PlanCommand.class);
    SUBCOMMANDS.put("coordinator", CoordinatorCommand.class);
    SUBCOMMANDS.put("worker", WorkerCommand.class);
    SUBCOMMANDS.put("workers", WorkersCommand.class);
    SUBCOMMANDS.put("prices", PricesCommand.class);
    SUBCOMMANDS.put("distribution", DistributionCommand.class);
    SUBCOMMANDS.put("login", LoginCommand.class);
    SUBCOMMANDS.put("submit", SubmitCommand.class);
    SUBCOMMANDS.put("runs", RunsCommand.class);
    SUBCOMMANDS.put("report", ReportCommand.class);
    SUBCOMMANDS.put("compare", CompareCommand.class);
    SUBCOMMANDS.put("target", TargetCommand.class);
    SUBCOMMANDS.put("doctor", DoctorCommand.class);
  }

  private static volatile boolean debug;

  /**
   * The command line that understands {@code arguments}: with the one subcommand that they name, or
   * all of them. To read the annotations of all takes half a second of a core, at each start of a
   * worker too.
   */
  public static CommandLine commandLine(String... arguments) {
    var commandLine = new CommandLine(new MusterCommand());
    commandLine.getCommandSpec().version("muster " + Version.OURS.product());
    Class<?> named = Arrays.stream(arguments)
        .filter(argument -> !argument.startsWith("-"))
        .findFirst()
        .<Class<?>>map(SUBCOMMANDS::get)
        .orElse(null);
    for (Class<?> each : named == null ? SUBCOMMANDS.values() : List.<Class<?>>of(named)) {
      commandLine.addSubcommand(each);
    }
    return commandLine;
  }

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Option(names = {"-h",
      "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this page, or that of a command.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
  private boolean version;

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error came from.")
  void setDebug(boolean on) {
    debug = on;
  }

  /** Whether errors are to be shown with all that led to them. */
  public static boolean isDebug() {
    return debug;
  }
}
