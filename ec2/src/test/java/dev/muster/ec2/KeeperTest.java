package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.muster.ec2.Upkeep.Stand;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A keeper at EC2's stand-in, step by step. */
@SuppressWarnings("NullAway.Init")
class KeeperTest {

  @RegisterExtension
  static final StandIn aws = new StandIn();

  private Ec2Fleet fleet;
  private final Cluster cluster = new Cluster();
  private final List<String> told = new ArrayList<>();
  private Instant now = Instant.now();

  @BeforeEach
  void open() {
    fleet = aws.fleet(() -> now);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void in_place_of_one_that_is_taken_another_is_launched_which_is_like_it_and_let_in() {
    List<String> first = spawned(Orders.spot(2, "c7i.large"));
    Keeper keeper = keeper();
    keeper.step();
    assertThat(aws.instances()).hasSize(2);

    cluster.workers.put(first.getFirst(), Stand.TAKEN);
    keeper.step();
    keeper.step();

    assertThat(aws.instances()).hasSize(3).last().satisfies(next -> {
      assertThat(next.path("lifecycle").asString()).isEqualTo("spot");
      assertThat(next.path("type").asString()).isEqualTo("c7i.large");
      assertThat(next.path("tags").path(FleetTags.FLEET).asString()).isEqualTo("test");
      assertThat(next.path("tags").path(FleetTags.REPLACES).asString()).isEqualTo(first.getFirst());
      assertThat(next.path("userData").asString()).contains("--join 10.0.0.5:7400", "'pass-1'");
      assertThat(Instant.parse(next.path("tags").path(FleetTags.EXPIRES).asString()))
          .as("it ends when the fleet does")
          .isBeforeOrEqualTo(now.plus(Duration.ofHours(2)));
      assertThat(cluster.expected).containsExactly(next.path("id").asString());
    });
    assertThat(told).singleElement().asString().contains(first.getFirst(), "is taken back");
  }

  @Test
  void another_keeper_after_it_launches_no_second_one() {
    List<String> first = spawned(Orders.spot(1, "c7i.large"));
    cluster.workers.put(first.getFirst(), Stand.TAKEN);
    keeper().step();
    keeper().step();

    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void nor_does_one_to_which_ec2_does_not_tell_of_the_first_yet() {
    List<String> first = spawned(Orders.spot(1, "c7i.large"));
    cluster.workers.put(first.getFirst(), Stand.TAKEN);
    aws.put("lag", "{\"seconds\": 30}");
    // What was launched before the lag is seen when that is over; so it is looked at first.
    FleetInstance taken = instance(first.getFirst());
    var once = fleet.replace(taken, "pass-1", before -> before).orElseThrow();
    var again = fleet.replace(taken, "pass-1", before -> before).orElseThrow();

    assertThat(again.launched()).isEqualTo(once.launched());
    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void one_that_is_likely_to_be_taken_leaves_when_its_replacement_has_joined() {
    List<String> first = spawned(Orders.spot(1, "c7i.large"));
    Keeper keeper = keeper();
    cluster.workers.put(first.getFirst(), Stand.LIKELY_TAKEN);
    keeper.step();
    assertThat(cluster.drained).isEmpty();

    cluster.workers.put(cluster.expected.getFirst(), Stand.STAYS);
    keeper.step();

    assertThat(cluster.drained).containsExactly(first.getFirst());
  }

  @Test
  void where_the_fleet_is_nearly_over_nothing_is_launched_and_that_is_said_once() {
    List<String> first = spawned(Orders.spot(1, "c7i.large"));
    cluster.workers.put(first.getFirst(), Stand.TAKEN);
    now = now.plus(Duration.ofMinutes(115));
    Keeper keeper = keeper();
    keeper.step();
    keeper.step();

    assertThat(aws.instances()).hasSize(1);
    assertThat(told).singleElement().asString().contains("not replaced");
  }

  @Test
  void instances_whose_time_is_over_are_ended() {
    List<String> first = spawned(Orders.of(2, "c7i.large"));
    now = now.plus(Duration.ofMinutes(121));
    keeper().step();

    assertThat(fleet.instances("test")).noneMatch(FleetInstance::isAlive);
    assertThat(told).hasSize(2).allMatch(line -> line.contains("whose time was over"));
    assertThat(first).hasSize(2);
  }

  @Test
  void what_ec2_refuses_is_tried_again() {
    List<String> first = spawned(Orders.spot(1, "c7i.large"));
    cluster.workers.put(first.getFirst(), Stand.TAKEN);
    Keeper keeper = keeper();
    aws.failing("CreateFleet", "VcpuLimitExceeded", 400, 1);
    assertThat(catchThrowable(keeper::step))
        .isInstanceOf(Ec2Problem.class);
    keeper.step();

    assertThat(aws.instances()).hasSize(2);
  }

  @Test
  void the_meter_hears_what_ec2_tells() {
    List<String> first = spawned(Orders.of(2, "c7i.large"));
    keeper().step();

    assertThat(cluster.billed).extracting(FleetInstance::id)
        .containsExactlyInAnyOrderElementsOf(first);
  }

  private List<String> spawned(FleetOrder order) {
    List<String> launched = fleet.launch(order, Orders.SETUP).launched();
    launched.forEach(id -> cluster.workers.put(id, Stand.STAYS));
    return launched;
  }

  private FleetInstance instance(String id) {
    return new FleetInstance(
        id, "test", "c7i.large", "a", true, "running", now, now, Optional.empty(), false,
        Optional.empty());
  }

  private Keeper keeper() {
    InstantSource clock = () -> now;
    return new Keeper(fleet, cluster, Duration.ofMinutes(5), clock, told::add);
  }

  /** A coordinator that tells what it is told to. */
  private static final class Cluster implements Keeper.Host {

    private final Map<String, Stand> workers = new HashMap<>();
    private final List<String> expected = new ArrayList<>();
    private final List<String> drained = new ArrayList<>();
    private List<FleetInstance> billed = List.of();
    private int passes;

    @Override
    public Map<String, Stand> workers() {
      return workers;
    }

    @Override
    public Keeper.Pass pass() {
      String text = "pass-" + ++passes;
      return new Keeper.Pass() {

        @Override
        public String text() {
          return text;
        }

        @Override
        public void expect(Collection<String> instances) {
          expected.addAll(instances);
        }
      };
    }

    @Override
    public Distribution distribution(Distribution before) {
      return before;
    }

    @Override
    public void drain(String worker) {
      drained.add(worker);
    }

    @Override
    public void bill(List<FleetInstance> instances) {
      billed = instances;
    }
  }
}
