package dev.muster.target.http;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.LiveFaults;
import io.netty.handler.codec.http.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all connections of one listener have in common. Safe for use by many threads.
 *
 * @param waits whether the API may wait for another process, so that an event loop must not ask
 */
record Service(
    Api api,
    Counts counts,
    LiveFaults faults,
    HttpListener.Manners manners,
    boolean waits,
    Responses responses) {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  /** What the API answers; a 500 if it fails. */
  Answer answer(HttpRequest request) {
    try {
      return api.answer(RequestRules.question(request));
    } catch (RuntimeException e) {
      LOG.error("{} {} is answered with a 500", request.method(), request.uri(), e);
      return Answer.error(Answer.OTHER, 500, "the service failed");
    }
  }
}
