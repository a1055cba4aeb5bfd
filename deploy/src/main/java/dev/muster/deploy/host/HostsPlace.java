package dev.muster.deploy.host;

import dev.muster.deploy.host.HostWorkers.Started;
import dev.muster.deploy.spawn.FleetName;
import dev.muster.deploy.spawn.Joining;
import dev.muster.deploy.spawn.Launch;
import dev.muster.deploy.spawn.Machine;
import dev.muster.deploy.spawn.PlaceProblem;
import dev.muster.deploy.spawn.WorkerOrder;
import dev.muster.deploy.spawn.WorkerPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A fleet of processes that go on when the command that started them has ended: on this machine, or one on each of
 * several hosts, all of which are asked at once. What it knows lies in folders on those machines.
 */
public final class HostsPlace implements WorkerPlace {

  private final List<HostWorkers> hosts;
  private final String where;

  private HostsPlace(List<HostWorkers> hosts, String where) {
    this.hosts = List.copyOf(hosts);
    this.where = where;
  }

  /** Processes of this machine. */
  public static HostsPlace here(FleetName fleet) {
    return new HostsPlace(List.of(HostWorkers.here(fleet)), "on this machine");
  }

  /**
   * A process on each of some hosts, called as the host is.
   *
   * @throws IllegalArgumentException with a sentence, if one is named twice
   */
  public static HostsPlace on(List<SshHost> hosts, FleetName fleet) {
    Map<String, Long> often = hosts.stream()
        .collect(Collectors.groupingBy(SshHost::host, Collectors.counting()));
    var named = new ArrayList<HostWorkers>();
    var names = new ArrayList<String>();
    for (SshHost host : hosts) {
      String name = often.getOrDefault(host.host(), 0L) == 1
          ? host.host()
          : host.host() + "." + host.port().orElse("22");
      if (names.contains(name)) {
        throw new IllegalArgumentException(host.text() + " is named twice");
      }
      names.add(name);
      named.add(HostWorkers.on(host, fleet, name.replace(':', '.')));
    }
    return new HostsPlace(
        named, "on " + hosts.stream().map(SshHost::text).collect(Collectors.joining(", ")));
  }

  /**
   * Launches on this machine.
   *
   * @param muster the words that start Muster here
   * @param options of each worker, beside what all are told
   */
  public Launcher launcher(List<String> muster, List<String> options) {
    return (order, joining) -> launch(
        order, order.count(), joining,
        _ -> "", words(muster) + " " + words(joining.arguments(order.ttl())) + " "
            + words(options));
  }

  /** Launches one worker on each host, after it has got the distribution where it has not. */
  public Launcher launcher(HostDistribution distribution) {
    return (order, joining) -> launch(
        order, 1, joining, distribution::brought,
        HostDistribution.COMMAND + " " + words(joining.arguments(order.ttl())));
  }

  private static String words(List<String> words) {
    return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
  }

  /** @param prepared makes a machine ready, and what its script begins with */
  private Launch launch(
      WorkerOrder order, int onEach, Joining joining, Function<Shell, String> prepared,
      String command) {
    List<Answer<Started>> answers = askAll(
        hosts,
        host -> host.launch(prepared.apply(host.shell()), onEach, joining.token(), command));
    List<String> missing = answers.stream().flatMap(answer -> answer.problem().stream()).toList();
    List<Started> started = answers.stream().flatMap(answer -> answer.value().stream()).toList();
    List<String> all = started.stream().flatMap(each -> each.all().stream()).toList();
    if (all.isEmpty()) {
      throw new PlaceProblem(String.join("\n", missing));
    }
    if (order.all() && !missing.isEmpty()) {
      end(started.stream().flatMap(each -> each.launched().stream()).toList());
      throw new PlaceProblem(
          "Not all can be had, so none is launched.\n" + String.join("\n", missing));
    }
    return new Launch(all, missing);
  }

  @Override
  public List<Machine> machines(List<String> workers) {
    // Of a host that does not answer now, the next question may tell.
    return askAll(of(workers), HostWorkers::machines).stream()
        .flatMap(answer -> answer.value().stream())
        .flatMap(List::stream)
        .filter(each -> workers.contains(each.name()))
        .toList();
  }

  @Override
  public String lastWords(String worker) {
    return valuesOf(askAll(of(List.of(worker)), host -> host.lastWords(worker))).stream()
        .collect(Collectors.joining());
  }

  @Override
  public void end(List<String> workers) {
    var _ = valuesOf(askAll(of(workers), host -> {
      host.end(workers.stream().filter(host::owns).toList());
      return true;
    }));
  }

  @Override
  public List<String> leftovers() {
    return named(HostWorkers::leftovers);
  }

  @Override
  public List<String> endAll() {
    return named(HostWorkers::endAll);
  }

  private List<String> named(Function<HostWorkers, List<String>> question) {
    return valuesOf(
        askAll(
            hosts,
            host -> question.apply(host)
                .stream()
                .map(each -> each + " on " + host.shell().machine())
                .toList()))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String where() {
    return where;
  }

  @Override
  public String proof() {
    return "No process of it runs " + where + " any more, and its folder is gone.";
  }

  @Override
  public void close() {
    // Each question has had a link of its own.
  }

  private List<HostWorkers> of(List<String> workers) {
    return hosts.stream().filter(host -> workers.stream().anyMatch(host::owns)).toList();
  }

  /** One of the two. */
  private record Answer<T>(Optional<T> value, Optional<String> problem) {}

  private static <T> List<Answer<T>> askAll(
      List<HostWorkers> hosts, Function<HostWorkers, T> question) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> asked = hosts.stream()
          .map(host -> threads.submit(() -> question.apply(host)))
          .toList();
      return asked.stream().map(HostsPlace::answer).toList();
    }
  }

  private static <T> Answer<T> answer(Future<T> asked) {
    try {
      return new Answer<>(Optional.of(asked.get()), Optional.empty());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PlaceProblem problem) {
        return new Answer<>(
            Optional.empty(), Optional.of(String.valueOf(problem.getMessage())));
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlaceProblem("It was told to end while it waited for workers.", e);
    }
  }

  /** @throws PlaceProblem with all problems, if there are any; all were asked nevertheless */
  private static <T> List<T> valuesOf(List<Answer<T>> answers) {
    List<String> problems = answers.stream().flatMap(answer -> answer.problem().stream()).toList();
    if (!problems.isEmpty()) {
      throw new PlaceProblem(String.join("\n", problems));
    }
    return answers.stream().flatMap(answer -> answer.value().stream()).toList();
  }
}
