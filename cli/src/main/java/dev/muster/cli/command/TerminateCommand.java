package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Problem;
import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Leftovers;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster workers terminate}. */
@Command(name = "terminate", sortOptions = false, description = "End a fleet on EC2 and all that was created for it, and wait until EC2 lists none of it.")
final class TerminateCommand implements Callable<Integer> {

  @Mixin
  private Ec2Options ec2 = new Ec2Options();

  @Mixin
  private OptionalCoordinator coordinator = new OptionalCoordinator();

  @Override
  public Integer call() {
    try (Ec2Fleet fleet = ec2.checked().open()) {
      Leftovers before = fleet.leftovers(ec2.fleet());
      if (before.isEmpty()) {
        System.out.println(
            "There is nothing of a fleet " + ec2.fleet() + " in " + fleet.region() + ".");
        return ExitCode.PASSED.status();
      }
      System.out.println("Ends " + before.all().collect(Collectors.joining(", ")) + " ...");
      List<FleetInstance> alive = fleet.instances(ec2.fleet())
          .stream()
          .filter(FleetInstance::isAlive)
          .toList();
      Instant now = Instant.now();
      Leftovers left = fleet.end(ec2.fleet());
      Billing.ended(coordinator, alive, fleet.region(), now);
      if (!left.isEmpty()) {
        throw new UserError(
            ExitCode.FAILED,
            "EC2 still lists " + left.all().collect(Collectors.joining(", "))
                + ".\n  Say it again in a few minutes.");
      }
      System.out.println(
          "EC2 lists no instance, volume, launch template or security group of it any more.");
      return ExitCode.PASSED.status();
    } catch (Ec2Problem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}
