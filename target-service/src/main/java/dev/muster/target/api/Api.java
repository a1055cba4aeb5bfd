package dev.muster.target.api;

/** What a server answers with. Safe for use by many threads. */
@FunctionalInterface
public interface Api {
  /** The answer to one request; never an exception for anything that a client can send. */
  Answer answer(Request request);
}
