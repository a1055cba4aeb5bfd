package dev.muster.target.http;

/** What the service tells about itself, apart from the customers and uncounted. */
public final class AdminApi implements Api {
  private static final String COUNTS = "/counts";
  private static final String RESET = "/counts/reset";
  private static final String HEALTH = "/health";

  private final Counts counts;

  /** The API that shows and resets these counts. */
  public AdminApi(Counts counts) {
    this.counts = counts;
  }

  @Override
  public Answer answer(String method, String path) {
    return switch (path) {
      case COUNTS -> method.equals("GET")
          ? Answer.json(COUNTS, Json.counts(counts.now()))
          : Answer.onlyWith("GET", COUNTS);
      case HEALTH -> method.equals("GET")
          ? Answer.json(HEALTH, Json.up())
          : Answer.onlyWith("GET", HEALTH);
      case RESET -> {
        if (!method.equals("POST")) {
          yield Answer.onlyWith("POST", RESET);
        }
        counts.reset();
        yield Answer.json(RESET, Json.counts(counts.now()));
      }
      default -> Answer.unknownRoute();
    };
  }
}
