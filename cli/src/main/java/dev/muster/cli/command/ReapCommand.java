package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Problem;
import dev.muster.ec2.FleetInstance;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster workers reap}. */
@Command(name = "reap", sortOptions = false, description = "End all of Muster's instances in a region whose time is over, of whichever fleet and whoever launched "
    + "them, and remove what was created for fleets of which nothing lives any more. Touches nothing else; for a timer.")
final class ReapCommand implements Callable<Integer> {

  @Option(names = "--region", paramLabel = "REGION", description = "Default: that of the settings.")
  private Optional<String> region = Optional.empty();

  @Override
  public Integer call() {
    try (Ec2Fleet fleet = Ec2Fleet.in(region)) {
      List<FleetInstance> ended = fleet.reap();
      ended.forEach(
          each -> System.out.println(
              each.id() + " of fleet " + each.fleet() + ", whose time was over at "
                  + each.expires() + ", is ended."));
      if (ended.isEmpty()) {
        System.out.println("No instance's time is over in " + fleet.region() + ".");
      }
      return ExitCode.PASSED.status();
    } catch (Ec2Problem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}
