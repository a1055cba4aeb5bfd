package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.fleet.Billing;
import dev.muster.deploy.spawn.PlaceProblem;
import dev.muster.deploy.spawn.WorkerPlace;
import dev.muster.ec2.Ec2Place;
import dev.muster.ec2.FleetInstance;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster workers terminate}. */
@Command(name = "terminate", sortOptions = false, description = "End a fleet and all that was created for it, and wait until its place tells of none of it. Workers hand "
    + "over first, where the place leaves them the time.")
final class TerminateCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--local", description = "On this machine.")
  private boolean local;

  @Mixin
  private PlaceOptions places = new PlaceOptions();

  @Mixin
  private OptionalCoordinator coordinator = new OptionalCoordinator();

  @Override
  public Integer call() {
    PlaceKind kind = places.kind(local, spec);
    try (WorkerPlace place = open(kind)) {
      List<String> before = before(place);
      if (before.isEmpty()) {
        System.out.println(
            "There is nothing of a fleet " + places.fleet() + " " + place.where() + ".");
        return ExitCode.PASSED.status();
      }
      System.out.println("Ends " + String.join(", ", before) + " ...");
      List<String> left = place instanceof Ec2Place onEc2
          ? endedOnEc2(onEc2)
          : place.endAll();
      if (!left.isEmpty()) {
        throw new UserError(
            ExitCode.FAILED,
            "There still is " + String.join(", ", left) + ".\n  Say it again in a few minutes.");
      }
      System.out.println(place.proof());
      return ExitCode.PASSED.status();
    } catch (PlaceProblem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** What can be ended is, where a part of the place cannot even be asked. */
  private static List<String> before(WorkerPlace place) {
    try {
      return place.leftovers();
    } catch (PlaceProblem e) {
      var _ = place.endAll();
      throw e;
    }
  }

  private List<String> endedOnEc2(Ec2Place place) {
    List<FleetInstance> alive = place.alive();
    Instant now = Instant.now();
    List<String> left = place.endAll();
    if (coordinator.isGiven()) {
      Billing.ended(coordinator::client, alive, place, now);
    }
    return left;
  }

  private WorkerPlace open(PlaceKind kind) {
    return switch (kind) {
      case EC2 -> places.onEc2();
      case LOCAL -> places.onThisMachine();
      case SSH -> places.onHosts();
      case KUBERNETES -> places.inKubernetes();
    };
  }
}
