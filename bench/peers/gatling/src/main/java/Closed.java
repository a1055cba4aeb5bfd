import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Users that send again as soon as they are answered, each with a connection of its own. */
public final class Closed extends Simulation {

  {
    var users = Integer.getInteger("users", 64);
    var seconds = Integer.getInteger("seconds", 14);
    var read = http("/customerdata/{id}")
        .get(session -> "/customerdata/" + ThreadLocalRandom.current().nextInt(1, 4501));
    setUp(scenario("closed").forever().on(exec(read)).injectOpen(atOnceUsers(users)))
        .protocols(http.baseUrl(System.getProperty("target")))
        .maxDuration(Duration.ofSeconds(seconds));
  }
}
