package dev.muster.target.faults;

/** What is counted of the faults, each under its name. */
public enum FaultCount {
  /** Requests that had to wait for a server. */
  QUEUED("queued"),
  /** Requests whose service was prolonged. */
  DELAYED("delayed"),
  /** Answers that were held while all was frozen. */
  FROZEN("frozen"),
  /** Answers that became a 500; they stand among the answers as well. */
  FAILED("failed"),
  /** Answers of which a part was sent; they do not stand among the answers. */
  CLOSED_EARLY("closedEarly"),
  /** Answers that were replaced by garbage; they do not stand among the answers. */
  GARBLED("garbled"),
  /** Answers whose body was begun to be sent bit by bit. */
  SLOWED("slowed"),
  /** Requests whose client was gone, or was cut off, before all of the answer could be handed over. */
  ABANDONED("abandoned");

  private final String word;

  FaultCount(String word) {
    this.word = word;
  }

  /** The name on the admin address. */
  public String word() {
    return word;
  }
}
