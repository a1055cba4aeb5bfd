package dev.muster.target.lambda;

import dev.muster.target.api.AdminApi;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.FaultsApi;
import dev.muster.target.faults.LiveFaults;
import dev.muster.target.http.HttpListener;
import dev.muster.target.http.ListenException;
import dev.muster.target.process.ProcessException;
import java.nio.file.Files;
import java.util.List;

/**
 * The customer API as a Lambda function behind an API gateway. No execution environment runs until the
 * first request comes, as on AWS.
 */
public final class LambdaTarget implements AutoCloseable {
  private final Gateway gateway;
  private final HttpListener customers;
  private final HttpListener admin;

  private LambdaTarget(Gateway gateway, HttpListener customers, HttpListener admin) {
    this.gateway = gateway;
    this.customers = customers;
    this.admin = admin;
  }

  /**
   * Starts the gateway; on return it answers on both ports.
   *
   * @throws ListenException if a port is in use or the host is not one of this machine
   * @throws ProcessException if the emulator that was asked for is not there
   */
  public static LambdaTarget start(LambdaOptions options) {
    var gateway = new Gateway(options.function(), environments(options.function()));
    try {
      return listen(options, gateway);
    } catch (ListenException e) {
      gateway.close();
      throw e;
    }
  }

  private static Environments environments(FunctionOptions options) {
    if (options.emulator().isEmpty()) {
      return new RuntimeApi(options);
    }
    var emulator = options.emulator().get();
    if (!Files.isExecutable(emulator)) {
      throw new ProcessException("there is no program " + emulator + " to run the function; name "
          + "the Runtime Interface Emulator, or none", null);
    }
    return new EmulatedEnvironments(emulator, options);
  }

  private static LambdaTarget listen(LambdaOptions options, Gateway gateway) {
    var counts = new Counts();
    var faults = new LiveFaults(options.faults());
    var manners = options.manners();
    // A function may take a cold start and then its time, and that is no fault of the listener's.
    var patient = new HttpListener.Manners(manners.keepAlive(), manners.readTimeout(),
        manners.writeTimeout().plus(options.function().timeout().multipliedBy(2)));
    var customers = HttpListener.start(options.customers(), patient, gateway, counts, faults, true);
    try {
      var admin = HttpListener.startAdmin(options.admin(), manners,
          new FaultsApi(faults, new AdminApi(counts, List.of(faults, gateway))), false);
      return new LambdaTarget(gateway, customers, admin);
    } catch (ListenException e) {
      customers.close();
      throw e;
    }
  }

  /** The port of the customer API. */
  public int port() {
    return customers.port();
  }

  /** The port of the counts. */
  public int adminPort() {
    return admin.port();
  }

  /** Stops the gateway and ends the execution environments; returns when all of it is gone. */
  @Override
  public void close() {
    customers.close();
    gateway.close();
    admin.close();
  }
}
