package dev.muster.worker.http;

import dev.muster.plan.HttpOptions;
import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.Plan;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import java.util.ArrayList;
import java.util.List;

/** Which headers a request of a plan has. */
final class PlannedHeaders {

  private PlannedHeaders() {}

  /**
   * The headers of {@code request} in their order, that of its body's length not among them: those
   * that Muster adds, those of the plan, its own. A name that stands in a later list is left out of
   * those before it.
   */
  static List<Header> of(Step.Request request, Plan plan) {
    HttpOptions http = plan.http();
    var planned = new ArrayList<Header>();
    for (Header header : http.headers()) {
      if (!names(request.headers(), header.name())) {
        planned.add(header);
      }
    }
    planned.addAll(request.headers());
    var headers = new ArrayList<Header>();
    int port = plan.target().getPort();
    addDefault(
        headers, planned, "host", plan.target().getHost() + (port < 0 ? "" : ":" + port));
    addDefault(headers, planned, "user-agent", "muster");
    addDefault(headers, planned, "accept", "*/*");
    if (plan.connections() == Connections.PER_REQUEST && http.version() == Version.HTTP_1_1) {
      addDefault(headers, planned, "connection", "close");
    }
    headers.addAll(planned);
    return headers;
  }

  /** Whether {@code request} says how long its body is, be it 0. */
  static boolean tellsLength(Step.Request request) {
    return request.body() != null
        || request.method() == Step.Method.POST
        || request.method() == Step.Method.PUT;
  }

  private static void addDefault(
      List<Header> headers, List<Header> planned, String name, String value) {
    if (!names(planned, name)) {
      headers.add(new Header(name, Template.literal(value)));
    }
  }

  private static boolean names(List<Header> headers, String name) {
    return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }
}
