package dev.muster.worker.engine;

import java.util.Locale;

/** Why a request has no whole answer. An answer with a status of 400 or above fails otherwise. */
public enum FailureKind {
  /** The target refused the connection. */
  REFUSED,
  /** The target reset the connection, or the stream of HTTP/2 that the request was on. */
  RESET,
  /** The target closed the connection before a whole answer had come. */
  CLOSED_EARLY,
  /** No whole answer within the request's timeout. */
  TIMEOUT,
  /** No connection within the connect timeout, or within the request's where that is shorter. */
  CONNECT_TIMEOUT,
  /** No way leads to the target's address. */
  UNREACHABLE,
  /** The target's name has no address. */
  DNS,
  /** The target's name leads where the worker was not allowed to send. */
  NOT_ALLOWED,
  /** TLS could not be agreed. */
  TLS,
  /** What came is no HTTP answer, or breaks the limits of one. */
  BAD_RESPONSE,
  /** The target does not speak the version of HTTP that the plan asks for. */
  HTTP_VERSION,
  /**
   * The target did not begin with the request and says so: it refused its stream of HTTP/2, or went away
   * before. Who is no load generator may send such a request again; here none is sent twice.
   */
  REFUSED_STREAM,
  /** This machine had no port or descriptor left: the generator's limit, not the target's. */
  NO_SOCKET,
  /** None of these. */
  OTHER;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word for this kind in snapshots and results, such as {@code closed_early}. */
  public String word() {
    return word;
  }
}
