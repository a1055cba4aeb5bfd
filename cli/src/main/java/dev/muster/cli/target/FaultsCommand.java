package dev.muster.cli.target;

import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.target.faults.Faults;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster target faults}. */
@Command(name = "faults", sortOptions = false, description = "Make a running customer API misbehave, from now on and in just these ways; without any, behave.", footer = {
    "",
    "Examples:",
    "  muster target faults --delay 27ms±5ms --fail 1%%",
    "  muster target faults                       behave again"})
final class FaultsCommand implements Callable<Integer> {

  private static final int DEFAULT_PORT = 10_900;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Option(names = "--admin", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:10900", description = "Where the service tells its counts. Default: ${DEFAULT-VALUE}.")
  private String admin = "";

  @Mixin
  private FaultArguments arguments = new FaultArguments();

  @Override
  public Integer call() throws InterruptedException {
    var address = HostAndPort.parse(admin, "--admin", DEFAULT_PORT);
    Faults faults = arguments.faults();
    String query = faults.settings()
        .entrySet()
        .stream()
        .map(entry -> entry.getKey() + "="
            + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
    var uri = URI.create("http://" + address.host() + ":" + address.port() + "/faults"
        + (query.isEmpty() ? "" : "?" + query));
    var request = HttpRequest.newBuilder(uri)
        .method(query.isEmpty() ? "DELETE" : "PUT", HttpRequest.BodyPublishers.noBody())
        .timeout(PATIENCE)
        .build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new UserError(
            ExitCode.FAILED, "The service at " + admin + " refuses: " + response.body());
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "Nobody answers at " + admin + ", where the service's counts should be.\n"
              + "  Name another with --admin.",
          e);
    }
    System.out.println(
        faults.equals(Faults.NONE)
            ? "The service behaves."
            : "The service misbehaves: " + faults.settings());
    return ExitCode.PASSED.status();
  }
}
