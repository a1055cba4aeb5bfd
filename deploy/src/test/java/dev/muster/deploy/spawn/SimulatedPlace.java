package dev.muster.deploy.spawn;

import dev.muster.deploy.spawn.Machine.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A place, the coordinator that its workers join, and their time, which passes only while somebody waits. Each
 * worker has the next of the fates that were written down.
 */
final class SimulatedPlace
    implements
      WorkerPlace,
      WorkerPlace.Launcher,
      Spawning.Host,
      Spawning.Clock {

  /** Never, in seconds. */
  static final int NEVER = 1_000_000;

  /** When a worker runs, says hello and ends by itself, in seconds after its launch. */
  record Fate(int runs, int joins, int ends) {

    static final Fate GOOD = new Fate(2, 5, NEVER);
    static final Fate SILENT = new Fate(2, NEVER, NEVER);
    static final Fate FALLS = new Fate(2, NEVER, 3);
  }

  private record Launched(Fate fate, long nanos) {}

  private final Deque<Fate> fates = new ArrayDeque<>();
  private final Map<String, Launched> workers = new LinkedHashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final Set<String> expected = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private long nanos;
  private int capacity = NEVER;
  private int launches = NEVER;
  private int awayFrom = NEVER;
  private int awayUntil = NEVER;

  SimulatedPlace(Fate... fates) {
    this.fates.addAll(List.of(fates));
  }

  /** There is no room for more. */
  SimulatedPlace withRoomFor(int workers) {
    capacity = workers;
    return this;
  }

  /** So many launches are carried out, and no more. */
  SimulatedPlace launchingTimes(int most) {
    launches = most;
    return this;
  }

  /** The coordinator is not there in that time, in seconds. */
  SimulatedPlace withoutHost(int from, int until) {
    awayFrom = from;
    awayUntil = until;
    return this;
  }

  private void hostCalled() {
    long now = Duration.ofNanos(nanos).toSeconds();
    if (now >= awayFrom && now < awayUntil) {
      throw new HostAway("The coordinator does not answer.", new IllegalStateException());
    }
  }

  /** Every call of that name fails. */
  SimulatedPlace failingAt(String call) {
    broken.add(call);
    return this;
  }

  private void called(String call) {
    if (broken.contains(call)) {
      throw new PlaceProblem("Cannot " + call + ".");
    }
  }

  @Override
  public Launch launch(WorkerOrder order, Joining joining) {
    called("launch");
    if (launches-- == 0) {
      throw new PlaceProblem("Cannot launch any more.");
    }
    List<String> alive = new ArrayList<>(
        workers.keySet().stream().filter(name -> state(name) != State.ENDED).toList());
    var missing = new ArrayList<String>();
    int room = Math.min(order.count(), capacity);
    if (order.all() && room < order.count()) {
      throw new PlaceProblem("There is room for " + room + ".");
    }
    while (alive.size() < room) {
      String name = "w" + (workers.size() + 1);
      workers.put(name, new Launched(fates.isEmpty() ? Fate.GOOD : fates.pop(), nanos));
      alive.add(name);
    }
    if (room < order.count()) {
      missing.add("There is room for " + room + ".");
    }
    return new Launch(alive, missing);
  }

  private State state(String name) {
    Launched worker = workers.get(name);
    if (worker == null || ended.contains(name) || age(worker) >= worker.fate().ends()) {
      return State.ENDED;
    }
    return age(worker) >= worker.fate().runs() ? State.RUNNING : State.PENDING;
  }

  private long age(Launched worker) {
    return Duration.ofNanos(nanos - worker.nanos()).toSeconds();
  }

  @Override
  public List<Machine> machines(List<String> names) {
    called("look");
    return names.stream().map(name -> new Machine(name, state(name))).toList();
  }

  @Override
  public String lastWords(String worker) {
    called("read");
    return "last words of " + worker;
  }

  @Override
  public void end(List<String> names) {
    called("end");
    ended.addAll(names);
  }

  @Override
  public void expect(Collection<String> names) {
    hostCalled();
    expected.addAll(names);
  }

  /** Those of whom nobody has said to expect them never get in. */
  @Override
  public Set<String> joined() {
    hostCalled();
    var joined = new HashSet<String>();
    workers.forEach((name, worker) -> {
      if (expected.contains(name) && state(name) == State.RUNNING
          && age(worker) >= worker.fate().joins()) {
        joined.add(name);
      }
    });
    return joined;
  }

  @Override
  public List<String> leftovers() {
    return workers.keySet().stream().filter(name -> state(name) != State.ENDED).toList();
  }

  @Override
  public List<String> endAll() {
    ended.addAll(workers.keySet());
    return leftovers();
  }

  /** All that were ever launched. */
  List<String> everLaunched() {
    return List.copyOf(workers.keySet());
  }

  @Override
  public String where() {
    return "in a simulation";
  }

  @Override
  public String proof() {
    return "Nothing is left.";
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void pause(Duration time) {
    nanos += time.toNanos();
  }

  @Override
  public void close() {}
}
