package dev.muster.cli.doctor;

import dev.muster.cli.doctor.Finding.State;
import dev.muster.cli.terminal.Times;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.plan.target.Destination;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says what would stand in the way of a run. Pure: it reads nothing and changes nothing.
 *
 * @param findings in the order in which people want to read them
 */
public record Diagnosis(List<Finding> findings) {

  private static final long MEGABYTE = 1 << 20;

  /** A worker of a few hundred users takes about the latter, and with its heap full the former. */
  private static final long WORKER_WANTS_BYTES = 300 * MEGABYTE;

  private static final long WORKER_NEEDS_BYTES = 150 * MEGABYTE;

  /** What a worker opens beside its connections: its classes, its link, its logs. */
  private static final int OTHER_FILES = 300;

  /** Enough for a worker of some thousand users, where no plan tells more. */
  private static final int FILES_WITHOUT_A_PLAN = 4_096;

  /** A port rests for so long after its connection is closed, so that late packets find nobody. */
  private static final int TIME_WAIT_SECONDS = 60;

  /** A port that may be used again earlier rests at least so long. */
  private static final int REUSE_SECONDS = 1;

  private static final long CLOCK_STEP_MILLIS = 5;

  private static final String RAISE_FILES = "Raise it: 'ulimit -Hn %d' as root before the worker starts, "
      + "'nofile' in /etc/security/limits.conf, or LimitNOFILE= in its systemd unit.";
  private static final String WIDEN_PORTS = "Widen it: sudo sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"";

  public Diagnosis {
    findings = List.copyOf(findings);
  }

  /**
   * What stands in the way on a machine of these {@code facts}.
   *
   * @param demand of a plan; null when there is none in particular
   * @param workers how many would run on it, at least 1
   * @param allowed where they would be started to send; null when that is not said
   */
  public static Diagnosis of(
      MachineFacts facts, @Nullable Demand demand, int workers, @Nullable AllowedTargets allowed) {
    var findings = new ArrayList<Finding>();
    findings.add(Finding.ok("Java", facts.java()));
    findings.add(cores(facts.cores(), workers));
    facts.memoryBytes().ifPresent(bytes -> findings.add(memory(bytes, workers)));
    facts.openFiles().ifPresent(limit -> findings.add(openFiles(limit, demand, workers)));
    facts.ports().ifPresent(ports -> findings.add(ports(ports, facts, demand)));
    findings.add(
        facts.nativeTransport()
            ? Finding.ok("event loops", "epoll, as the kernel has it")
            : Finding.warn(
                "event loops", "the JVM's own way to wait for sockets, which takes more CPU time",
                "Epoll needs Linux with glibc on x86-64 or arm64."));
    findings.add(
        facts.coordinatorPortFree()
            ? Finding.ok("coordinator", "port " + facts.coordinatorPort() + " is free")
            : Finding.warn(
                "coordinator",
                "port " + facts.coordinatorPort() + " is taken, perhaps by a coordinator that runs",
                "Start another with: muster coordinator --port PORT"));
    if (demand != null) {
      findings.add(target(demand.target(), allowed));
    }
    findings.add(clock(facts));
    return new Diagnosis(findings);
  }

  /** Whether one of the findings under this word is not well. */
  public boolean isAbout(String about) {
    return findings.stream()
        .anyMatch(each -> each.about().equals(about) && each.state() != State.OK);
  }

  /** Whether anything would make a run fail. */
  public boolean fails() {
    return count(State.FAIL) > 0;
  }

  /** How many findings are of {@code state}. */
  public long count(State state) {
    return findings.stream().filter(finding -> finding.state() == state).count();
  }

  /** {@code muster run} allows what its plan asks for; a worker that is started by hand has to be told. */
  private static Finding target(URI target, @Nullable AllowedTargets allowed) {
    String rule = Destination.of(target).text();
    AllowedTargets usual = AllowedTargets.loopback();
    if ((allowed == null ? usual : allowed).mayAllow(Destination.of(target))) {
      return Finding.ok("target", rule + " is where workers may send");
    }
    String cure = "Start workers with: --allow-target " + rule;
    return allowed == null
        ? Finding.warn(
            "target", rule + " is not this machine, and workers send to no other unless told",
            cure + " ('muster run' does)")
        : Finding.fail(
            "target", rule + " is not where they may send: " + String.join(", ", allowed.rules()),
            cure);
  }

  private static Finding cores(int cores, int workers) {
    String found = cores == 1 ? "1" : cores + " for " + workers(workers);
    if (cores == 1) {
      return Finding.warn(
          "cores", found,
          "The target and the coordinator, if they run here, take the worker's time: "
              + "run them elsewhere.");
    }
    return workers <= cores
        ? Finding.ok("cores", found)
        : Finding.warn(
            "cores", found,
            "More workers than cores only take turns: use --workers " + cores + ".");
  }

  private static Finding memory(long bytes, int workers) {
    String found = Times.count(bytes / MEGABYTE) + " MB free for " + workers(workers);
    if (bytes < workers * WORKER_NEEDS_BYTES) {
      return Finding.fail("memory", found, "Free some, or use fewer workers.");
    }
    return bytes < workers * WORKER_WANTS_BYTES
        ? Finding.warn("memory", found, "Free some: a machine that swaps measures itself.")
        : Finding.ok("memory", found);
  }

  private static Finding openFiles(long limit, @Nullable Demand demand, int workers) {
    if (demand == null || demand.connections().isEmpty()) {
      return limit >= FILES_WITHOUT_A_PLAN
          ? Finding.ok("open files", Times.count(limit) + " for each process")
          : Finding.warn(
              "open files", Times.count(limit) + " for each process; each user has a connection",
              String.format(Locale.ROOT, RAISE_FILES, 65_536));
    }
    long connections = demand.connections().getAsInt();
    long needed = Math.ceilDiv(connections, workers) + OTHER_FILES;
    String found = Times.count(limit) + " for each process; " + Times.count(connections)
        + " connections on " + workers(workers) + " need " + Times.count(needed);
    return needed <= limit
        ? Finding.ok("open files", found)
        : Finding.fail(
            "open files", found,
            String.format(Locale.ROOT, RAISE_FILES, Math.max(65_536, 2 * needed)));
  }

  private static Finding ports(long ports, MachineFacts facts, @Nullable Demand demand) {
    String found = Times.count(ports) + " for connections to one address";
    if (demand == null || (!demand.newConnections() && demand.connections().isEmpty())) {
      return Finding.ok("local ports", found);
    }
    return demand.newConnections()
        ? newPorts(ports, found, facts, demand)
        : keptPorts(ports, found, demand.connections().getAsInt());
  }

  private static Finding keptPorts(long ports, String found, int connections) {
    String asked = found + "; " + Times.count(connections) + " may be open at a time";
    if (connections > ports) {
      return Finding.fail("local ports", asked, WIDEN_PORTS + ", or use more machines.");
    }
    return connections <= ports / 2
        ? Finding.ok("local ports", asked)
        : Finding.warn(
            "local ports", asked + ", and beyond half of them the kernel searches long for each",
            WIDEN_PORTS + ", or give workers several addresses: --source-address.");
  }

  private static Finding newPorts(long ports, String found, MachineFacts facts, Demand demand) {
    int reuse = facts.timeWaitReuse().orElse(0);
    boolean reused = reuse == 1 || (reuse == 2 && demand.targetIsHere());
    long perSecond = ports / (reused ? REUSE_SECONDS : TIME_WAIT_SECONDS);
    String limit = found + ", " + Times.count(perSecond) + "/s when none is kept";
    if (!Double.isFinite(demand.requestsPerSecond())) {
      return Finding.warn(
          "local ports", limit + "; the plan waits for nothing and asks for as many as it gets",
          cure(reused));
    }
    String asked = limit + "; the plan asks for " + Times.count(
        (long) Math.ceil(demand.requestsPerSecond()));
    return demand.requestsPerSecond() <= perSecond
        ? Finding.ok("local ports", asked)
        : Finding.fail("local ports", asked, cure(reused));
  }

  private static String cure(boolean reused) {
    return reused
        ? WIDEN_PORTS + ", or let users keep their connections."
        : "Use them again sooner: sudo sysctl -w net.ipv4.tcp_tw_reuse=1, or let users keep their "
            + "connections.";
  }

  private static Finding clock(MachineFacts facts) {
    if (Math.abs(facts.clockStepMillis()) > CLOCK_STEP_MILLIS) {
      return Finding.warn(
          "clock", "it is being set: it moved by " + facts.clockStepMillis() + " ms as we looked",
          "Wait until it is right; start instants are agreed by it.");
    }
    return facts.clockSynchronised()
        .map(
            synchronised -> synchronised
                ? Finding.ok("clock", "steady, kept right by the system")
                : Finding.warn(
                    "clock", "steady, but nobody keeps it right",
                    "Load is sent on time nonetheless; times of day in results may be off. "
                        + "sudo timedatectl set-ntp true"))
        .orElse(Finding.ok("clock", "steady; whether it is right the system does not tell"));
  }

  private static String workers(int workers) {
    return workers == 1 ? "1 worker" : Times.count(workers) + " workers";
  }
}
