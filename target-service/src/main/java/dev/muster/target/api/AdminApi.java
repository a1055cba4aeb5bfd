package dev.muster.target.api;

import java.util.List;

/** What a service tells about itself, apart from the customers and uncounted. */
public final class AdminApi implements Api {
  private static final String COUNTS = "/counts";
  private static final String RESET = "/counts/reset";
  private static final String HEALTH = "/health";

  private final Counts counts;
  private final List<Tally> tallies;

  /** The API that shows and resets these counts, and beside them the tallies under their names. */
  public AdminApi(Counts counts, List<Tally> tallies) {
    this.counts = counts;
    this.tallies = List.copyOf(tallies);
  }

  @Override
  public Answer answer(Request request) {
    String method = request.method();
    return switch (request.path()) {
      case COUNTS -> method.equals("GET")
          ? Answer.json(COUNTS, Json.counts(counts, tallies))
          : Answer.onlyWith("GET", COUNTS);
      case HEALTH -> method.equals("GET")
          ? Answer.json(HEALTH, Json.up())
          : Answer.onlyWith("GET", HEALTH);
      case RESET -> {
        if (!method.equals("POST")) {
          yield Answer.onlyWith("POST", RESET);
        }
        counts.reset();
        tallies.forEach(Tally::reset);
        yield Answer.json(RESET, Json.counts(counts, tallies));
      }
      default -> Answer.unknownRoute();
    };
  }
}
