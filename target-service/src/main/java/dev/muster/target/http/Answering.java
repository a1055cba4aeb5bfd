package dev.muster.target.http;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.api.Request;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens between a request and the end of its answer: read whole, asked of the {@link Api},
 * counted, written, and the connection closed unless it is kept.
 */
record Answering(Api api, Counts counts, boolean keepAlive) {
  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  void handle(ServerRequest request, ServerResponse response) {
    boolean readable = readBody(request);
    var conversation = Conversation.current();
    conversation.requestIsWhole();
    counts.arrived();
    var answer = readable
        ? ask(request.prologue().method().text(), request.path().rawPath(),
            request.query().rawValue())
        : Answer.error(Answer.OTHER, 400, "the body of the request cannot be read");
    boolean keep = readable && keepAlive
        && !request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    response.status(answer.status()).header(HeaderNames.CONTENT_TYPE, answer.contentType());
    if (answer.status() == Status.METHOD_NOT_ALLOWED_405.code()) {
      response.header(HeaderNames.ALLOW, answer.allow());
    }
    if (!keep) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    conversation.counted(counts.answered(answer.route(), answer.status()));
    boolean headersOnly = request.prologue().method().text().equals("HEAD");
    response.send(headersOnly ? new byte[0] : answer.body());
    conversation.answerIsWhole();
    if (!keep) {
      throw new Answered();
    }
  }

  // A body is read though nobody asked for it: closing a connection with unread bytes resets it, and
  // the client could lose its answer. False is one that does not follow the rules.
  private static boolean readBody(ServerRequest request) {
    try {
      // Helidon's own consume() asks for one more chunk after a bad one, and so waits for ever.
      request.content().inputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (RequestException | IOException e) {
      LOG.debug("a body cannot be read", e);
      return false;
    }
  }

  private Answer ask(String method, String path, String query) {
    try {
      return api.answer(new Request(method, path, query));
    } catch (RuntimeException e) {
      LOG.error("{} {} is answered with a 500", method, path, e);
      return Answer.error(Answer.OTHER, 500, "the service failed");
    }
  }

  /**
   * Ends the connection after an answer that announced it. Helidon sends "Connection: close" but then
   * waits for the client to close, so a client that waits for the server would wait forever.
   */
  private static final class Answered extends CloseConnectionException {
    private static final long serialVersionUID = 1;

    Answered() {
      super("answered");
    }

    // Not a failure, and thrown for each request.
    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
