package dev.muster.coordinator.merge;

/**
 * Where every request that was sent has gone. It balances when
 * {@code sent = answered + failed + inFlight + lost}.
 *
 * @param sent requests sent, those whose connection could not be opened included
 * @param answered whole answers with a status below 400
 * @param failed answers with a status of 400 or above, and requests without a whole answer
 * @param inFlight requests abandoned without an end when the run ended
 * @param lost an upper bound of the requests whose fate is unknown, because their worker was lost
 */
public record Ledger(long sent, long answered, long failed, long inFlight, long lost) {

  /** A ledger of nothing. */
  public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0);

  /** Whether every request is accounted for. */
  public boolean balances() {
    return sent == answered + failed + inFlight + lost;
  }

  /** The ledger of both. */
  public Ledger plus(Ledger other) {
    return new Ledger(
        sent + other.sent,
        answered + other.answered,
        failed + other.failed,
        inFlight + other.inFlight,
        lost + other.lost);
  }
}
