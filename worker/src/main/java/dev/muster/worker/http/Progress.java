package dev.muster.worker.http;

/**
 * How far a load is.
 *
 * @param users running
 * @param sent requests sent so far
 * @param ended requests of these that have ended
 */
public record Progress(int users, long sent, long ended) {

  Progress plus(Progress other) {
    return new Progress(users + other.users, sent + other.sent, ended + other.ended);
  }
}
