package dev.muster.target.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.muster.target.api.CustomerApi;
import dev.muster.target.api.Request;
import dev.muster.target.store.CustomerSource;
import dev.muster.target.store.DatabaseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.crac.Core;
import org.crac.Resource;

/**
 * The customer API as an AWS Lambda function behind an HTTP API of API Gateway, in the payload format
 * 2.0. It reads the event as a stream, without the classes of the events library, which would double
 * the time until the first answer.
 *
 * <p>Fit for SnapStart: all that takes time happens in the constructor, and a snapshot holds neither
 * connections, nor randomness, nor an instant ("Maximize Lambda SnapStart performance" and "Handling
 * uniqueness with Lambda SnapStart" in the AWS Lambda Developer Guide).
 */
public final class CustomerFunction implements RequestStreamHandler, Resource {

  // Each takes another way through the function, so that its classes are loaded with the snapshot.
  private static final List<String> PRIMING = List.of(
      "/customer/0", "/customerdata/0", "/customerdata?id=0", "/customer/unknown");

  private final ReopenedStore store;
  private final CustomerApi api;

  /** The function over the store that the environment variables of this process name. */
  public CustomerFunction() {
    this(System.getenv());
  }

  CustomerFunction(Map<String, String> environment) {
    this(new ReopenedStore(source(environment)::open));
  }

  CustomerFunction(ReopenedStore store) {
    this.store = store;
    this.api = new CustomerApi(store);
    // A database that is away makes no start fail, nor slow: each request says that it is away.
    if (store.resume()) {
      PRIMING.forEach(this::prime);
    }
    Core.getGlobalContext().register(this);
  }

  /**
   * Answers one event.
   *
   * @throws IOException if the event is not of the payload format 2.0
   */
  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    response.write(answer(event.readAllBytes()));
  }

  /** Closes what a snapshot cannot hold. */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    store.suspend();
  }

  /** Opens it anew; what cannot be opened now is tried again with each request. */
  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    var _ = store.resume();
  }

  /** The same without streams. */
  byte[] answer(byte[] event) throws IOException {
    return GatewayResponse.write(api.answer(GatewayEvent.read(event)));
  }

  private void prime(String target) {
    try {
      var _ = answer(GatewayEvent.write(Request.of("GET", target), "", 0));
    } catch (IOException e) {
      throw new IllegalStateException("the function cannot read its own event", e);
    }
  }

  // One connection is enough for one invocation at a time, and all that a database can give to many
  // environments. None of them has the time to fill the cache for the others.
  private static CustomerSource source(Map<String, String> environment) {
    return switch (CustomerSource.fromEnvironment(environment)) {
      case CustomerSource.Memory memory -> memory;
      case CustomerSource.Database(var database) -> new CustomerSource.Database(single(database));
      case CustomerSource.Cached(var database, var cache, _) ->
        new CustomerSource.Cached(single(database), cache, false);
    };
  }

  private static DatabaseOptions single(DatabaseOptions database) {
    return new DatabaseOptions(
        database.url(), database.user(), database.password(), 1, database.timeout());
  }
}
