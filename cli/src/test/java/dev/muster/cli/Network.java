package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Machines that are namespaces of this one, with two switches between them that belong to nobody else.
 *
 * <pre>
 *   coordinator ── control ── worker-1, worker-2 … ── load ── target
 * </pre>
 *
 * <p>Each namespace lasts as long as a process that holds it, and that one as long as this JVM has it on a
 * string: nothing is left behind, however a test ends.
 */
final class Network implements AutoCloseable {

  /** The addresses at which workers find their target. */
  static final String TARGETS = "10.77.2.0/24";

  private static final String COORDINATOR = "coordinator";
  private static final String TARGET = "target";
  private static final String SWITCHES = "switches";

  /** A switch, and the cables that lead to it. */
  enum Cable {
    CONTROL("10.77.1."), LOAD("10.77.2.");

    private final String addresses;

    Cable(String addresses) {
      this.addresses = addresses;
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<String, Process> machines = new LinkedHashMap<>();

  private Network() {}

  /** Goes on only where there can be such networks. */
  static void assume() {
    String needs = "a network of namespaces needs root, and ip and bridge of iproute2, which "
        + "build/services/install installs";
    boolean works = succeeds("unshare", "--net", "ip", "link") && succeeds("bridge", "link");
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(works).as(needs).isTrue();
    }
    assumeTrue(works, needs);
  }

  /** The machines of a coordinator, of a target and of these workers. */
  static Network of(List<String> workers) {
    var network = new Network();
    try {
      network.add(SWITCHES);
      for (Cable cable : Cable.values()) {
        network.execute(SWITCHES, "ip", "link", "add", cable.label(), "type", "bridge");
        network.execute(SWITCHES, "ip", "link", "set", cable.label(), "up");
      }
      network.add(COORDINATOR);
      network.plug(COORDINATOR, Cable.CONTROL);
      network.add(TARGET);
      network.plug(TARGET, Cable.LOAD);
      for (String worker : workers) {
        network.add(worker);
        network.plug(worker, Cable.CONTROL);
        network.plug(worker, Cable.LOAD);
      }
      return network;
    } catch (RuntimeException | AssertionError e) {
      network.close();
      throw e;
    }
  }

  /** The address on which a coordinator listens. */
  String coordinatorAddress() {
    return address(COORDINATOR, Cable.CONTROL);
  }

  /** The address of the target. */
  String targetAddress() {
    return address(TARGET, Cable.LOAD);
  }

  /** What to put in front of a command that is to run on {@code machine}. */
  List<String> on(String machine) {
    return List.of("nsenter", "--net=/proc/" + holder(machine) + "/ns/net");
  }

  private long holder(String machine) {
    Process holder = machines.get(machine);
    if (holder == null) {
      throw new IllegalArgumentException("no machine " + machine + " among " + machines.keySet());
    }
    return holder.pid();
  }

  /** From now on what {@code machine} and the others say over this cable is lost, and nobody is told. */
  void drop(String machine, Cable cable) {
    execute(SWITCHES, "bridge", "link", "set", "dev", port(machine, cable), "state", "0");
  }

  /** It comes through again. */
  void carry(String machine, Cable cable) {
    execute(SWITCHES, "bridge", "link", "set", "dev", port(machine, cable), "state", "3");
  }

  /** Takes the cable out of {@code machine}, which notices. */
  void unplug(String machine, Cable cable) {
    execute(machine, "ip", "link", "set", cable.label(), "down");
  }

  /** Plugs it in again. */
  void plugIn(String machine, Cable cable) {
    execute(machine, "ip", "link", "set", cable.label(), "up");
  }

  private void add(String machine) {
    try {
      Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo up; exec cat")
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      machines.put(machine, holder);
      if (holder.getInputStream().read() < 0) {
        throw new AssertionError("no namespace for " + machine);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    execute(machine, "ip", "link", "set", "lo", "up");
  }

  private void plug(String machine, Cable cable) {
    String port = port(machine, cable);
    execute(
        SWITCHES, "ip", "link", "add", port, "type", "veth", "peer", "name", cable.label(), "netns",
        String.valueOf(holder(machine)));
    execute(SWITCHES, "ip", "link", "set", port, "master", cable.label(), "up");
    execute(machine, "ip", "address", "add", address(machine, cable) + "/24", "dev", cable.label());
    execute(machine, "ip", "link", "set", cable.label(), "up");
  }

  /** The end of a cable in its switch. */
  private String port(String machine, Cable cable) {
    return cable.label() + number(machine);
  }

  private String address(String machine, Cable cable) {
    return cable.addresses + number(machine);
  }

  private int number(String machine) {
    return List.copyOf(machines.keySet()).indexOf(machine);
  }

  private void execute(String machine, String... command) {
    var whole = new ArrayList<>(on(machine));
    whole.addAll(List.of(command));
    Muster.execute(whole.toArray(String[]::new));
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    machines.values().forEach(Process::destroyForcibly);
  }
}
