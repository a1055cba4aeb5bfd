package dev.muster.target.balanced;

import java.nio.file.Path;
import java.time.Duration;

/**
 * HAProxy's configuration: one address in front of all processes, in turn.
 *
 * @param maxConnections how many clients are served at once; more wait to be accepted
 * @param folder where its files are, and its socket for our commands; nobody else may enter it
 */
record HaproxyConfig(
    Place.All places,
    boolean keepAlive,
    Duration readTimeout,
    int maxConnections,
    Path folder) {

  static final String FRONT = "customers";
  static final String BACK = "processes";

  // One thread: on loopback it carries more than five processes of one machine answer, and what
  // happens to a process and to a request after it is seen in that order. Retries are for
  // connections that could not be made, so a request that may have reached a process is never sent
  // twice. A check has time for a process that is merely busy; one that is gone is known at once, as
  // it takes no connections. The processes keep an idle connection for longer than we do.
  String text() {
    var servers = new StringBuilder();
    for (Place place : places.processes()) {
      servers.append("  server %s 127.0.0.1:%d port %d%n"
          .formatted(place.name(), place.port(), place.adminPort()));
    }
    return """
        global
          nbthread 1
          maxconn %d
          noreuseport
          stats socket %s mode 600 level admin
          # As the processes write them.
          h1-case-adjust allow Allow
          h1-case-adjust connection Connection
          h1-case-adjust content-length Content-Length
          h1-case-adjust content-type Content-Type
          h1-case-adjust date Date
          h1-case-adjust transfer-encoding Transfer-Encoding

        defaults
          mode http
          timeout connect 2s
          timeout check 5s
          timeout client 75s
          timeout server 75s
          timeout http-request %dms
          timeout http-keep-alive 60s
          retries 5
          retry-on conn-failure
          option redispatch 1
        %s
        frontend %s
          bind %s:%d backlog 16384
          option h1-case-adjust-bogus-client
        %s  default_backend %s

        backend %s
          balance roundrobin
          http-reuse always
          option httpchk
          http-check send meth GET uri /health ver HTTP/1.1 hdr Host 127.0.0.1 hdr Connection close
          http-check expect status 200
          default-server check inter 500ms downinter 200ms fall 1 rise 1
          default-server observe layer4 error-limit 1 on-error mark-down
        %s"""
        .formatted(
            maxConnections, socket(), readTimeout.toMillis(), errors(), FRONT,
            places.address().getHostAddress(), places.front(),
            keepAlive ? "" : "  option httpclose\n", BACK, BACK, servers);
  }

  /** Where HAProxy takes our commands. */
  Path socket() {
    return folder.resolve("haproxy.socket");
  }

  // Like the service's own. For a request without a readable first line HAProxy has one of its own
  // that cannot be changed.
  private static String errors() {
    return error(400, "the request cannot be read")
        + error(408, "the request did not arrive in time")
        + error(500, "the balancer failed")
        + error(502, "the process that had the request ended")
        + error(503, "there is no process to answer")
        + error(504, "the process did not answer in time");
  }

  private static String error(int status, String reason) {
    return "  http-error status %d content-type application/json string '{\"error\":\"%s\"}'%n"
        .formatted(status, reason);
  }
}
