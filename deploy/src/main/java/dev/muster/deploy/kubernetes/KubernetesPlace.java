package dev.muster.deploy.kubernetes;

import dev.muster.deploy.spawn.FleetName;
import dev.muster.deploy.spawn.Joining;
import dev.muster.deploy.spawn.Launch;
import dev.muster.deploy.spawn.Machine;
import dev.muster.deploy.spawn.Machine.State;
import dev.muster.deploy.spawn.Pause;
import dev.muster.deploy.spawn.PlaceProblem;
import dev.muster.deploy.spawn.WorkerOrder;
import dev.muster.deploy.spawn.WorkerPlace;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fleet as pods in a namespace of a cluster. Each launch is an Indexed Job with a name of its own, so that a
 * worker's name is given once; all that belongs to the fleet has its label.
 */
public final class KubernetesPlace implements WorkerPlace {

  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int RANDOM_LETTERS = 5;
  private static final int POLLS = 120;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final String PODS = "jsonpath={range .items[*]}{.spec.hostname}|{.status.phase}|"
      + "{.metadata.deletionTimestamp}{\"\\n\"}{end}";

  private final Kubectl kubectl;
  private final String namespace;
  private final FleetName fleet;
  private final SecureRandom random = new SecureRandom();

  KubernetesPlace(Kubectl kubectl, String namespace, FleetName fleet) {
    this.kubectl = kubectl;
    this.namespace = namespace;
    this.fleet = fleet;
  }

  /**
   * In a namespace of the cluster of kubectl's present context.
   *
   * @throws IllegalArgumentException with a sentence, if no namespace is called so
   */
  public static KubernetesPlace in(String namespace, FleetName fleet) {
    if (!namespace.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "'" + namespace + "' is no namespace; they have small letters, digits and hyphens");
    }
    return new KubernetesPlace(Kubectl.in(namespace), namespace, fleet);
  }

  /** Launches pods of an image. All are had or none: those for which there is no room wait for it. */
  public Launcher launcher(String image) {
    return (order, joining) -> launch(order, joining, image);
  }

  private Launch launch(WorkerOrder order, Joining joining, String image) {
    Map<String, State> known = states();
    var all = new ArrayList<String>();
    for (JobState job : jobs()) {
      job.alive().stream().filter(each -> known.get(each) != State.ENDED).forEach(all::add);
    }
    int missing = order.count() - all.size();
    if (missing > 0) {
      String name = "muster-" + fleet + "-" + letters();
      var manifest = new JobManifest(fleet, name, image, missing, order.ttl(), joining);
      try {
        // Not apply, which would write the token into a note beside the Secret as well.
        var _ = kubectl.said(
            "launch " + missing + " workers in namespace " + namespace,
            List.of("create", "-f", "-"), manifest.text());
      } catch (PlaceProblem e) {
        removeHalf(name, e);
        throw e;
      }
      for (int index = 0; index < missing; index++) {
        all.add(name + "-" + index);
      }
    }
    return new Launch(all, List.of());
  }

  /** Of two objects the first may have been made. */
  private void removeHalf(String name, PlaceProblem why) {
    try {
      var _ = kubectl.said(
          "remove what was created",
          List.of("delete", "job/" + name, "secret/" + name, "--ignore-not-found", "--wait=false"),
          "");
    } catch (PlaceProblem e) {
      why.addSuppressed(e);
    }
  }

  private String letters() {
    var letters = new StringBuilder();
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return letters.toString();
  }

  @Override
  public List<Machine> machines(List<String> workers) {
    Map<String, State> states = states();
    return workers.stream()
        .filter(states::containsKey)
        .map(worker -> new Machine(worker, states.getOrDefault(worker, State.PENDING)))
        .toList();
  }

  /** Of pods that are gone only their Job tells. */
  private Map<String, State> states() {
    var states = new LinkedHashMap<String, State>();
    for (JobState job : jobs()) {
      job.ended().forEach(worker -> states.put(worker, State.ENDED));
    }
    for (String line : get("pods", PODS)) {
      String[] fields = line.split("\\|", -1);
      State state = switch (fields[1]) {
        case "Running" -> State.RUNNING;
        case "Succeeded", "Failed" -> State.ENDED;
        default -> State.PENDING;
      };
      states.put(fields[0], fields[2].isEmpty() ? state : State.ENDED);
    }
    return states;
  }

  private List<JobState> jobs() {
    return get("jobs", JobState.FIELDS).stream().map(JobState::parse).toList();
  }

  private List<String> get(String kinds, String output) {
    return kubectl.said(
        "list " + kinds + " in namespace " + namespace,
        List.of("get", kinds, "-l", label(), "-o", output), "")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private String label() {
    return JobManifest.FLEET_LABEL + "=" + fleet;
  }

  @Override
  public String lastWords(String worker) {
    return kubectl.said(
        "read the log of " + worker, List.of("logs", "-l", label(worker), "--tail=30"), "");
  }

  @Override
  public void end(List<String> workers) {
    for (String worker : workers) {
      var _ = kubectl.said(
          "end " + worker,
          List.of("delete", "pods", "-l", label(worker), "--wait=false", "--ignore-not-found"),
          "");
    }
  }

  private static String label(String worker) {
    int hyphen = worker.lastIndexOf('-');
    return "batch.kubernetes.io/job-name=" + worker.substring(0, hyphen)
        + ",batch.kubernetes.io/job-completion-index=" + worker.substring(hyphen + 1);
  }

  @Override
  public List<String> leftovers() {
    return get("jobs,pods,secrets", "name");
  }

  @Override
  public List<String> endAll() {
    var _ = kubectl.said(
        "end the fleet " + fleet + " in namespace " + namespace,
        List.of("delete", "jobs,secrets", "-l", label(), "--cascade=foreground", "--wait=false",
            "--ignore-not-found"),
        "");
    List<String> left = leftovers();
    for (int poll = 0; poll < POLLS && !left.isEmpty(); poll++) {
      Pause.of(POLL);
      left = leftovers();
    }
    return left;
  }

  @Override
  public String where() {
    return "in namespace " + namespace;
  }

  @Override
  public String proof() {
    return "Kubernetes lists no job, pod or secret of it in namespace " + namespace + " any more.";
  }

  @Override
  public void close() {
    // Each call of kubectl had a link of its own.
  }
}
