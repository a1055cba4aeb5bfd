package dev.muster.target.balanced;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Json;
import dev.muster.target.api.Request;
import dev.muster.target.data.JsonBytes;
import dev.muster.target.process.Supervised;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * What the whole tells about itself. Received and answered are the balancer's own counts, so they
 * hold though processes come and go; what only the processes know is of those that run, since their
 * start.
 */
record BalancedAdmin(Haproxy balancer, Supervised balancerProcess, Crew crew, List<Member> members)
    implements
      Api {
  private static final Logger LOG = LoggerFactory.getLogger(BalancedAdmin.class);
  private static final String COUNTS = "/counts";
  private static final String RESET = "/counts/reset";
  private static final String HEALTH = "/health";

  /** One process and where it listens. */
  record Member(Place place, Supervised process) {}

  @Override
  public Answer answer(Request request) {
    String method = request.method();
    try {
      return switch (request.path()) {
        case COUNTS -> method.equals("GET") ? counts(COUNTS) : Answer.onlyWith("GET", COUNTS);
        case RESET -> method.equals("POST") ? reset() : Answer.onlyWith("POST", RESET);
        case HEALTH -> method.equals("GET") ? health() : Answer.onlyWith("GET", HEALTH);
        case Crew.FAULTS -> switch (method) {
          case "GET", "PUT", "DELETE" -> crew.faults(request);
          default -> Answer.onlyWith("GET, PUT, DELETE", Crew.FAULTS);
        };
        default -> Answer.unknownRoute();
      };
    } catch (IOException e) {
      LOG.debug("{} is answered with a 503", request, e);
      return Answer.error(request.path(), 503, "the balancer does not answer now");
    }
  }

  private Answer health() throws IOException {
    var stats = balancer.stats();
    return members.stream().map(Member::place).anyMatch(stats::isUp)
        ? Answer.json(HEALTH, Json.up())
        : Answer.error(HEALTH, 503, "no process is up");
  }

  private Answer reset() throws IOException {
    balancer.reset();
    var _ = crew.askAll("POST", RESET);
    return counts(RESET);
  }

  private Answer counts(String route) throws IOException {
    var summed = SummedCounts.of(crew.askAll("GET", COUNTS));
    var stats = balancer.stats();
    return Answer.json(route, JsonBytes.object(json -> {
      json.writeNumberProperty("received", stats.received());
      json.writeNumberProperty("answered", stats.answered());
      summed.write(json);
      writeBalancer(json, stats);
      json.writeArrayPropertyStart("processes");
      members.forEach(member -> write(json, member, stats));
      json.writeEndArray();
    }));
  }

  private void writeBalancer(JsonGenerator json, BalancerStats stats) {
    json.writeObjectPropertyStart("balancer");
    json.writeNumberProperty("requests", stats.received());
    json.writeNumberProperty("connections", stats.connections());
    for (String statusClass : List.of("2xx", "4xx", "5xx")) {
      json.writeNumberProperty(statusClass, stats.answered(statusClass));
    }
    json.writeNumberProperty("retries", stats.retries());
    json.writeNumberProperty("redispatches", stats.redispatches());
    json.writeNumberProperty("connectionErrors", stats.connectionErrors());
    json.writeNumberProperty("answerErrors", stats.answerErrors());
    json.writeNumberProperty("pid", balancerProcess.pid());
    json.writeNumberProperty("restarts", balancerProcess.restarts());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Member member, BalancerStats stats) {
    json.writeStartObject();
    json.writeNumberProperty("port", member.place().port());
    json.writeNumberProperty("pid", member.process().pid());
    json.writeStringProperty("state", stats.state(member.place()));
    json.writeNumberProperty("restarts", member.process().restarts());
    json.writeNumberProperty("answered", stats.answered(member.place()));
    json.writeEndObject();
  }
}
