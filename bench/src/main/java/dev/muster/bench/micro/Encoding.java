package dev.muster.bench.micro;

/** HdrHistogram's V2 encodings. */
public enum Encoding {
  /** As it travels. */
  RAW,
  /** As it travelled once: deflated, level 1. */
  COMPRESSED
}
