package dev.muster.target.lambda;

import dev.muster.target.process.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** An execution environment under an emulator of AWS. */
final class EmulatedEnvironment implements ExecutionEnvironment {
  private final ServiceProcess process;
  private final URI function;
  private final Duration timeout;
  private final HttpClient client;

  /** One whose emulator accepts invocations on {@code port}. */
  EmulatedEnvironment(ServiceProcess process, int port, Duration timeout, HttpClient client) {
    this.process = process;
    this.function = URI
        .create("http://127.0.0.1:" + port + "/2015-03-31/functions/function/invocations");
    this.timeout = timeout;
    this.client = client;
  }

  @Override
  public byte[] invoke(byte[] event) throws EnvironmentException {
    var request = HttpRequest.newBuilder(function)
        .timeout(timeout)
        .POST(HttpRequest.BodyPublishers.ofByteArray(event))
        .build();
    try {
      var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw EnvironmentException.failed(
            "the emulator answered with status " + response.statusCode(), null);
      }
      return response.body();
    } catch (HttpTimeoutException e) {
      throw EnvironmentException.late("the function did not answer within " + timeout);
    } catch (IOException e) {
      throw EnvironmentException.failed("the emulator broke off: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EnvironmentException.failed("interrupted", e);
    }
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.close();
  }
}
