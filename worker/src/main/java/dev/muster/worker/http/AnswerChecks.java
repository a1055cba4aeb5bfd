package dev.muster.worker.http;

import dev.muster.plan.scenario.Check;
import dev.muster.plan.scenario.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges the answers to one request: its status by the check that is of it, else by whether it is below
 * 400, and then its body. For one thread.
 */
final class AnswerChecks {

  private record BodyCheck(String word, String text) {}

  private static final int STATUSES = 1_000;

  private final Check.@Nullable Status status;
  private final String statusWord;
  private final List<BodyCheck> bodies;

  /** Words such as {@code status_503}, made when they are first needed. */
  private final @Nullable String[] words = new String[STATUSES];

  private AnswerChecks(Check.@Nullable Status status, List<BodyCheck> bodies) {
    this.status = status;
    this.statusWord = status == null ? "" : word(status);
    this.bodies = bodies;
  }

  /** The checks of {@code request}. */
  static AnswerChecks of(Step.Request request) {
    Check.Status status = null;
    var bodies = new ArrayList<BodyCheck>();
    for (Check check : request.checks()) {
      switch (check) {
        case Check.Status ofStatus -> status = ofStatus;
        case Check.Body ofBody -> {
          byte[] bytes = ofBody.text().getBytes(StandardCharsets.UTF_8);
          bodies.add(
              new BodyCheck(word(ofBody), new String(bytes, StandardCharsets.ISO_8859_1)));
        }
      }
    }
    return new AnswerChecks(status, List.copyOf(bodies));
  }

  private static String word(Check check) {
    return "check_" + check.name();
  }

  /** Whether the body of an answer must be kept. */
  boolean needBody() {
    return !bodies.isEmpty();
  }

  /**
   * Why an answer is none that was hoped for, in one word such as {@code status_404} or {@code
   * check_body}; null when it is right.
   *
   * @param body null where none was asked for
   */
  @Nullable
  String refusal(int answered, @Nullable KeptBody body) {
    if (status != null) {
      if (!status.allows(answered)) {
        return statusWord;
      }
    } else if (answered >= 400) {
      return wordOf(answered);
    }
    if (body == null || bodies.isEmpty()) {
      return null;
    }
    String text = body.text();
    for (BodyCheck check : bodies) {
      if (!text.contains(check.text())) {
        return check.word();
      }
    }
    return null;
  }

  private String wordOf(int answered) {
    if (answered >= STATUSES) {
      return "status_" + answered;
    }
    String word = words[answered];
    if (word == null) {
      word = "status_" + answered;
      words[answered] = word;
    }
    return word;
  }
}
