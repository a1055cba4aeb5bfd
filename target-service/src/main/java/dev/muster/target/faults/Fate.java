package dev.muster.target.faults;

/** What becomes of one answer. */
public enum Fate {
  /** It goes out as it is. */
  SENT,
  /** A 500 goes out instead. */
  FAILED,
  /** A part of it goes out, and the connection is closed. */
  CLOSED_EARLY,
  /** Bytes that are not HTTP go out instead, and the connection is closed. */
  GARBLED
}
