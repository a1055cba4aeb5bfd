package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.deploy.spawn.FleetName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class Ec2PlaceTest {

  @RegisterExtension
  static final StandIn aws = new StandIn();

  @Test
  void it_tells_which_instances_of_its_fleet_live() {
    try (Ec2Fleet fleet = aws.fleet()) {
      List<String> launched = fleet.launch(Orders.of(2, "c7i.large"), Orders.SETUP).launched();
      fleet.terminate(launched.subList(0, 1));
      try (var place = new Ec2Place(aws.fleet(), new FleetName("test"));
          var other = new Ec2Place(aws.fleet(), new FleetName("other"))) {
        assertThat(place.alive()).extracting(FleetInstance::id)
            .containsExactly(launched.getLast());
        assertThat(other.alive()).isEmpty();
      }
    }
  }
}
