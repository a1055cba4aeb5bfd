package dev.muster.target.balanced;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Request;
import dev.muster.target.process.ProcessException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The processes that are of use now. All of them have the faults that were asked for last, also who
 * joins later. Safe for use by many threads.
 */
final class Crew {
  static final String FAULTS = "/faults";

  private final TreeMap<Integer, ProcessAdmin> present = new TreeMap<>();
  private @Nullable Request lastFaults;

  /**
   * Takes a process in, with the faults of the others.
   *
   * @throws ProcessException if it does not take them
   */
  synchronized void join(ProcessAdmin process) {
    if (lastFaults != null) {
      try {
        var reply = process.ask(lastFaults.method(), target(lastFaults));
        if (!reply.isGood()) {
          throw new ProcessException(notTaken(process.place()), null);
        }
      } catch (IOException e) {
        throw new ProcessException(notTaken(process.place()), e);
      }
    }
    present.put(process.place().port(), process);
  }

  /** It has ended. */
  synchronized void leave(Place place) {
    present.remove(place.port());
  }

  /** What every process that answers says to this, in the order of their ports. */
  List<JsonNode> askAll(String method, String target) {
    List<ProcessAdmin> asked;
    synchronized (this) {
      asked = List.copyOf(present.values());
    }
    var replies = new ArrayList<Future<JsonNode>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ProcessAdmin process : asked) {
        replies.add(threads.submit(() -> process.ask(method, target).json()));
      }
    }
    return replies.stream()
        .filter(reply -> reply.state() == Future.State.SUCCESS)
        .map(Future::resultNow)
        .toList();
  }

  /**
   * Passes a request about faults on to every process, or to the first if it only reads; who joins
   * later gets it too, if it was taken.
   */
  synchronized Answer faults(Request request) {
    if (present.isEmpty()) {
      return Answer.error(FAULTS, 503, "there is no process to take faults");
    }
    boolean reads = request.method().equals("GET");
    var answers = new ArrayList<Answer>();
    for (ProcessAdmin process : present.values()) {
      Answer answer = passOn(request, process);
      if (reads || answer.status() == 400) {
        return answer;
      }
      answers.add(answer);
    }
    // One that did not take them is ending, and gets them when it is back.
    lastFaults = request;
    return answers.stream()
        .filter(answer -> answer.status() != 200)
        .findFirst()
        .orElseGet(answers::getFirst);
  }

  private static Answer passOn(Request request, ProcessAdmin process) {
    try {
      var reply = process.ask(request.method(), target(request));
      return reply.isGood()
          ? Answer.json(FAULTS, reply.body().getBytes(StandardCharsets.UTF_8))
          : Answer.error(FAULTS, reply.status(), reply.json().path("error").asString(""));
    } catch (IllegalArgumentException e) {
      return Answer.error(FAULTS, 400, "what follows the question mark is no part of a URI");
    } catch (IOException e) {
      return Answer.error(FAULTS, 503, notTaken(process.place()));
    }
  }

  private static String target(Request request) {
    return request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
  }

  private static String notTaken(Place place) {
    return "the process on port " + place.port() + " does not take the faults";
  }
}
