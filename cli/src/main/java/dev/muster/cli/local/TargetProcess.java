package dev.muster.cli.local;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.deploy.fleet.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The customer API as a process of its own, so that it shares no CPU accounting with the workers. */
public final class TargetProcess implements AutoCloseable {

  private static final Pattern ADDRESSES = Pattern.compile(
      "(http://[^/]+:\\d+)/.*(http://[^/]+:\\d+/counts)");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ChildProcess process;
  private final String greeting;
  private final URI address;
  private final URI counts;

  private TargetProcess(ChildProcess process, String greeting, URI address, URI counts) {
    this.process = process;
    this.greeting = greeting;
    this.address = address;
    this.counts = counts;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param arguments of {@code muster target}
   * @throws UserError if it does not start
   */
  public static TargetProcess start(List<String> arguments, Path logs) {
    Path log = logs.resolve("target.log");
    try {
      ChildProcess process = ChildProcess.start(OwnCommand.target(childOf(arguments)), Map.of(),
          log, true);
      String greeting = process.firstLine();
      Matcher said = ADDRESSES.matcher(greeting);
      if (!said.find()) {
        process.close();
        throw new UserError(
            ExitCode.FAILED,
            process.lastWords().isEmpty()
                ? "The target service did not start; " + log + " may say why."
                : process.lastWords());
      }
      return new TargetProcess(
          process, greeting, URI.create(said.group(1)), URI.create(said.group(2)));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "The target service cannot be started: " + e.getMessage(), e);
    }
  }

  private static List<String> childOf(List<String> arguments) {
    return Stream.concat(arguments.stream(), Stream.of("--until-input-ends")).toList();
  }

  /** What it says when it is there: where it answers, and where its counts are. */
  public String greeting() {
    return greeting;
  }

  /** Where it answers. */
  public URI address() {
    return address;
  }

  /** How many requests it says it has answered; empty when it does not say. */
  public OptionalLong answered() {
    var request = HttpRequest.newBuilder(counts).timeout(PATIENCE).build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return OptionalLong.of(JsonMapper.shared().readTree(body).path("answered").asLong());
    } catch (IOException | JacksonException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
