package dev.muster.target.balanced;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.muster.target.http.HttpListener;
import dev.muster.target.http.ListenException;
import dev.muster.target.process.ProcessException;
import dev.muster.target.process.Programs;
import dev.muster.target.process.ReservedPorts;
import dev.muster.target.process.ServiceFolder;
import dev.muster.target.process.ServiceProcess;
import dev.muster.target.process.Supervised;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Several processes of the customer API behind HAProxy on one address, all of it supervised: what
 * ends is started again. A request that has reached a process which is killed fails, and no other.
 * Nothing of it outlives this process. Safe for use by many threads.
 */
public final class BalancedTarget implements AutoCloseable {
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(10);
  private static final int ADMIN_BACKLOG = 1_024;
  private static final int MOST_CONNECTIONS = 20_000;
  // The balancer's own: sockets to listen on, logs, and what checks its processes.
  private static final int OTHER_FILES = 100;

  private final Place.All places;
  // What ends each part, in the order in which they came.
  private final List<Runnable> endings = new ArrayList<>();

  private BalancedTarget(BalancedOptions options) {
    var ports = new ReservedPorts();
    endings.add(ports::close);
    try {
      this.places = Place.choose(options, ports);
    } catch (ProcessException e) {
      ports.close();
      throw e;
    }
  }

  /**
   * Starts all of it; on return every process is healthy and has its share.
   *
   * @throws ProcessException if HAProxy is not installed, a port is in use, or something does not
   *     start; nothing is left then. For a process that ends, its own last sentence
   */
  public static BalancedTarget start(BalancedOptions options) {
    Path program = Programs.require("haproxy", "the load_balanced architecture");
    var target = new BalancedTarget(options);
    try {
      Files.createDirectories(options.logs());
      target.assemble(program, options);
      return target;
    } catch (IOException e) {
      target.close();
      throw new ProcessException(
          "the folder " + options.logs() + " for logs cannot be made: " + e.getMessage(), e);
    } catch (ListenException e) {
      target.close();
      throw new ProcessException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /** The port of the customer API. */
  public int port() {
    return places.front();
  }

  /** The port of the counts of all. */
  public int adminPort() {
    return places.admin();
  }

  /** The ports of the processes behind it. */
  public List<Integer> processPorts() {
    return places.processes().stream().map(Place::port).toList();
  }

  /** Ends all of it; returns when nothing of it is left. Requests in progress break off. */
  @Override
  public void close() {
    endings.reversed().forEach(Runnable::run);
  }

  private void assemble(Path program, BalancedOptions options) {
    var folder = ServiceFolder.create("balanced");
    endings.add(folder::close);
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    endings.add(client::shutdownNow);
    var config = new HaproxyConfig(
        places, options.keepAlive(), options.readTimeout(), connections(), folder.path());
    var haproxy = new Haproxy(config.socket());
    var crew = new Crew();
    var members = new ArrayList<BalancedAdmin.Member>();
    endings.add(() -> closeAll(members));
    for (Place place : places.processes()) {
      var duty = new ApiProcess(new ProcessAdmin(client, place), crew, haproxy);
      members.add(new BalancedAdmin.Member(
          place, Supervised.start(() -> ApiProcess.launch(options, place), duty)));
    }
    members.forEach(member -> member.process().await());
    // Only now, so that it finds all of them healthy.
    var launch = new ServiceProcess.Launch("HAProxy",
        List.of(program.toString(), "-db", "-f",
            folder.write("haproxy.cfg", config.text()).toString()),
        Map.of(), options.logs().resolve("haproxy.log"));
    var balancer = Supervised.start(() -> launch, haproxy);
    endings.add(balancer::close);
    balancer.await();
    var admin = listen(options, new BalancedAdmin(haproxy, balancer, crew, List.copyOf(members)));
    endings.add(admin::close);
  }

  private HttpListener listen(BalancedOptions options, BalancedAdmin api) {
    return HttpListener.startAdmin(
        new HttpListener.Address(options.host(), places.admin(), ADMIN_BACKLOG, "--admin-port"),
        new HttpListener.Manners(true, ADMIN_TIMEOUT, ADMIN_TIMEOUT), api, true);
  }

  // A client's connection may need another one to a process. Java has raised our limit of files to
  // the highest we may have, and HAProxy may have the same.
  private static int connections() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? (int) Math.min(MOST_CONNECTIONS, (system.getMaxFileDescriptorCount() - OTHER_FILES) / 2)
        : MOST_CONNECTIONS;
  }

  // At once, as each takes its time.
  private static void closeAll(List<BalancedAdmin.Member> members) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      members.forEach(member -> threads.execute(member.process()::close));
    }
  }
}
