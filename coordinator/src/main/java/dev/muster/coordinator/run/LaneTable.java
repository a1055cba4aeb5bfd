package dev.muster.coordinator.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import dev.muster.v1.SavedLanes;
import dev.muster.v1.SavedPending;
import dev.muster.v1.SavedPlace;
import dev.muster.wire.LaneMessages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Who owns which lane of a run. Each change that a worker has to hear of gets a number, the epoch, above
 * all before it; what a worker is told is always its whole share, so that the newest word is enough.
 *
 * <pre>
 *   nobody's ──► w's ──────── w was lost ────────► v's
 *                 ╰── w is to let go ── it has ──► v's
 * </pre>
 *
 * <p>A lane that a live worker is to let go stays its own until it says that it has, so no two live
 * workers have one lane. Pure; for one thread.
 */
public final class LaneTable {

  /**
   * What a worker is to be told.
   *
   * @param epoch above that of every other grant with another content
   * @param share all its lanes, save those that it is to let go. What it has beside these two is
   *     somebody else's already
   * @param letGo those that it is to let go, when that leaves no trace, and to say so
   * @param states where lanes stand that it has taken over from others, and has not said to have
   */
  public record Grant(
      String worker, long epoch, Share share, Share letGo, List<LaneState> states) {}

  private record Pending(LaneState state, long epoch) {}

  private static final class Place {

    private final String worker;
    private boolean present = true;

    /** The lanes that are or will be its own. */
    private int lanes;

    private long epoch;
    private boolean changed;
    private final BitSet everHad = new BitSet();
    private final Map<Integer, Pending> takenOver = new LinkedHashMap<>();

    Place(String worker) {
      this.worker = worker;
    }
  }

  private static final int NOBODY = -1;

  private final List<Place> places = new ArrayList<>();
  private final Map<String, Integer> placeOf = new HashMap<>();

  // By lane; numbers are indices of places.
  private int[] owner;
  private int[] heir;
  private long[] nextIteration;

  private long epoch;

  /** A table of {@code lanes} lanes that are nobody's. More may come, and none goes. */
  public LaneTable(int lanes) {
    owner = new int[lanes];
    heir = new int[lanes];
    nextIteration = new long[lanes];
    Arrays.fill(owner, NOBODY);
    Arrays.fill(heir, NOBODY);
  }

  /**
   * The table that {@link #saved} was called on. All of it is to be told again, by {@link #changes}.
   *
   * @throws IllegalArgumentException if {@code saved} is no such table
   */
  static LaneTable of(SavedLanes saved) {
    var table = new LaneTable(saved.getOwnersCount());
    for (SavedPlace place : saved.getPlacesList()) {
      table.place(place);
    }
    if (saved.getHeirsCount() != table.owner.length
        || saved.getNextIterationsCount() != table.owner.length) {
      throw new IllegalArgumentException("its columns are not equally long");
    }
    for (int lane = 0; lane < table.owner.length; lane++) {
      int heir = saved.getHeirs(lane);
      int owner = saved.getOwners(lane);
      table.checkPlace(owner);
      table.checkPlace(heir);
      // While the lane is nobody's: it is to be taken from none.
      table.count(lane, heir == NOBODY ? owner : heir);
      table.owner[lane] = owner;
      table.heir[lane] = heir;
      table.nextIteration[lane] = saved.getNextIterations(lane);
    }
    table.epoch = saved.getEpoch();
    return table;
  }

  private void place(SavedPlace saved) {
    Place place = place(saved.getWorkerId());
    place.present = saved.getPresent();
    place.epoch = saved.getEpoch();
    // Something may have changed that it was not told of, under another epoch than the one before it.
    place.changed = true;
    saved.getEverHadList().forEach(place.everHad::set);
    for (SavedPending pending : saved.getTakenOverList()) {
      LaneState state = LaneMessages.read(pending.getState());
      place.takenOver.put(state.lane(), new Pending(state, pending.getEpoch()));
    }
  }

  private void checkPlace(int index) {
    if (index < NOBODY || index >= places.size()) {
      throw new IllegalArgumentException("a lane is with a worker of number " + index);
    }
  }

  /** All that it knows. */
  SavedLanes saved() {
    var saved = SavedLanes.newBuilder().setEpoch(epoch);
    for (Place place : places) {
      var message = SavedPlace.newBuilder()
          .setWorkerId(place.worker)
          .setPresent(place.present)
          .setEpoch(place.epoch)
          .addAllEverHad(place.everHad.stream().boxed().toList());
      place.takenOver.values()
          .forEach(
              pending -> message.addTakenOver(
                  SavedPending.newBuilder()
                      .setState(LaneMessages.written(pending.state()))
                      .setEpoch(pending.epoch())));
      saved.addPlaces(message);
    }
    for (int lane = 0; lane < owner.length; lane++) {
      saved.addOwners(owner[lane])
          .addHeirs(heir[lane])
          .addNextIterations(nextIteration[lane]);
    }
    return saved.build();
  }

  /** Deals the lanes out one after another, as long as they are nobody's. */
  public List<Grant> deal(List<String> workers) {
    for (String worker : workers) {
      place(worker).changed = true;
    }
    for (int lane = 0; lane < owner.length; lane++) {
      own(lane, indexOf(workers.get(lane % workers.size())));
    }
    return changes();
  }

  /**
   * A worker takes part from now on, also one that was lost before. Lanes that are nobody's are its own, and
   * so are, or will be, those of who leaves; of the others it is to have so many that nobody has two more than
   * another.
   */
  public List<Grant> add(String worker) {
    Place added = place(worker);
    added.present = true;
    added.changed = true;
    int index = indexOf(worker);
    for (int lane = 0; lane < owner.length; lane++) {
      if (owner[lane] == NOBODY) {
        takeOverUnseen(lane, index);
      } else if (!places.get(keeper(lane)).present) {
        // Who keeps it was to leave, and there was nobody else.
        inherit(lane, index);
      }
    }
    int[] given = givenByTheRichest(index);
    for (int rich = 0; rich < given.length; rich++) {
      bequeath(rich, index, given[rich]);
    }
    return changes();
  }

  /** How many lanes each is to give to one, who has the fewest, so that all have the same number. */
  private int[] givenByTheRichest(int to) {
    var given = new int[places.size()];
    var richest = new PriorityQueue<Integer>(
        Comparator.<Integer>comparingInt(index -> given[index] - places.get(index).lanes)
            .thenComparingInt(index -> index));
    IntStream.range(0, places.size())
        .filter(index -> places.get(index).present && index != to)
        .forEach(richest::add);
    int has = places.get(to).lanes;
    for (Integer rich = richest.poll(); rich != null; rich = richest.poll()) {
      if (places.get(rich).lanes - given[rich] <= has + 1) {
        break;
      }
      given[rich]++;
      has++;
      richest.add(rich);
    }
    return given;
  }

  /**
   * There are {@code lanes} lanes from now on, if they were fewer; those that are new go to the workers that
   * have the fewest. Where all are to leave and there was nobody to take their lanes, they have these too.
   */
  public List<Grant> grow(int lanes) {
    int before = owner.length;
    if (lanes > before) {
      owner = Arrays.copyOf(owner, lanes);
      heir = Arrays.copyOf(heir, lanes);
      nextIteration = Arrays.copyOf(nextIteration, lanes);
      Arrays.fill(owner, before, lanes, NOBODY);
      Arrays.fill(heir, before, lanes, NOBODY);
      PriorityQueue<Integer> workers = poorestOrLeavingFirst(NOBODY);
      for (int lane = before; lane < lanes; lane++) {
        withPoorest(workers, lane, this::own);
      }
    }
    return changes();
  }

  /** Some lanes that are one worker's, or on their way to it, are to be another's. */
  private void bequeath(int from, int to, int count) {
    int[] own = IntStream.range(0, owner.length).filter(lane -> keeper(lane) == from).toArray();
    for (int i = 0; i < count; i++) {
      // Every so many-th, lest one worker have all those that begin late.
      inherit(own[(int) ((long) i * own.length / count)], to);
    }
  }

  /** A worker is to let all its lanes go to the others; when there are none, it keeps them. */
  public List<Grant> remove(String worker) {
    int leaving = indexOf(worker);
    place(worker).present = false;
    PriorityQueue<Integer> others = poorestFirst();
    for (int lane = 0; lane < owner.length && !others.isEmpty(); lane++) {
      boolean toCome = heir[lane] == leaving;
      boolean there = owner[lane] == leaving && heir[lane] == NOBODY;
      if (toCome || there) {
        withPoorest(others, lane, this::inherit);
      }
    }
    return changes();
  }

  /**
   * A worker is lost: its lanes are others' at once, or nobody's where there are none. It is to hear so
   * too, whenever it can.
   */
  public List<Grant> lose(String worker) {
    int lost = indexOf(worker);
    place(worker).present = false;
    place(worker).changed = true;
    place(worker).takenOver.clear();
    PriorityQueue<Integer> others = poorestOrLeavingFirst(lost);
    for (int lane = 0; lane < owner.length; lane++) {
      if (owner[lane] == lost && heir[lane] != NOBODY && heir[lane] != lost) {
        takeOverUnseen(lane, heir[lane]);
      } else if (owner[lane] == lost && others.isEmpty()) {
        own(lane, NOBODY);
      } else if (owner[lane] == lost) {
        withPoorest(others, lane, this::takeOverUnseen);
      } else if (heir[lane] == lost) {
        // Its owner has been told to let it go, and is to hear the same as before.
        withPoorest(others, lane, this::inherit);
      }
    }
    return changes();
  }

  /**
   * A worker has let go of a lane, which is its heir's now; {@link #changes} tells that. Nothing, where
   * that worker was not to let it go, or has said so before.
   */
  public void letGo(String worker, LaneState state) {
    int lane = state.lane();
    if (lane < owner.length && placeOf.containsKey(worker)
        && owner[lane] == indexOf(worker) && heir[lane] != NOBODY
        && !isFromBefore(worker, state)) {
      begun(lane, state.iteration() - 1);
      takeOver(lane, heir[lane], state);
    }
  }

  /** Whether a worker tells of a lane as it stood when it had it once before. */
  private boolean isFromBefore(String worker, LaneState state) {
    Pending pending = places.get(indexOf(worker)).takenOver.get(state.lane());
    return pending != null && pending.state().isBeyond(state);
  }

  /** The user of a lane has begun an iteration, so that who takes it over does not begin it again. */
  public void begun(int lane, long iteration) {
    if (lane >= 0 && lane < nextIteration.length) {
      nextIteration[lane] = Math.max(nextIteration[lane], iteration + 1);
    }
  }

  /** A worker has all that was granted to it up to {@code epoch}. */
  public void confirmed(String worker, long epoch) {
    Integer index = placeOf.get(worker);
    if (index != null) {
      places.get(index).takenOver.values().removeIf(pending -> pending.epoch() <= epoch);
    }
  }

  /** What a worker was told last, for one that may not have heard it. */
  public Grant grant(String worker) {
    int index = indexOf(worker);
    Place place = places.get(index);
    int[] kept = IntStream.range(0, owner.length)
        .filter(lane -> owner[lane] == index && heir[lane] == NOBODY)
        .toArray();
    int[] letGo = IntStream.range(0, owner.length)
        .filter(lane -> owner[lane] == index && heir[lane] != NOBODY)
        .toArray();
    return new Grant(
        worker, place.epoch, Share.ofLanes(kept), Share.ofLanes(letGo),
        place.takenOver.values().stream().map(Pending::state).toList());
  }

  /** How many lanes are a worker's, or will be when others have let them go. */
  public int lanesOf(String worker) {
    return places.get(indexOf(worker)).lanes;
  }

  /** All lanes that were ever a worker's. */
  public Share everHad(String worker) {
    return Share.ofLanes(places.get(indexOf(worker)).everHad.stream().toArray());
  }

  /** Whether a worker has a lane, be it one that it is to let go. */
  public boolean hasAny(String worker) {
    int index = indexOf(worker);
    return IntStream.of(owner).anyMatch(each -> each == index);
  }

  /** What has to be told of changes that have not been told of. */
  public List<Grant> changes() {
    var grants = new ArrayList<Grant>();
    if (places.stream().anyMatch(place -> place.changed)) {
      epoch++;
    }
    for (Place place : places) {
      if (place.changed) {
        place.changed = false;
        place.epoch = epoch;
        grants.add(grant(place.worker));
      }
    }
    return grants;
  }

  // ---- the table

  private interface Move {

    void to(int lane, int place);
  }

  /** Does {@code move} with the worker that has the fewest lanes; with the lane's owner, if there is none. */
  private void withPoorest(PriorityQueue<Integer> others, int lane, Move move) {
    Integer poorest = others.poll();
    if (poorest == null) {
      move.to(lane, owner[lane]);
    } else {
      move.to(lane, poorest);
      others.add(poorest);
    }
  }

  private PriorityQueue<Integer> poorestFirst() {
    var poorest = new PriorityQueue<Integer>(
        Comparator.<Integer>comparingInt(index -> places.get(index).lanes)
            .thenComparingInt(index -> index));
    IntStream.range(0, places.size())
        .filter(index -> places.get(index).present)
        .forEach(poorest::add);
    return poorest;
  }

  /** Where nobody else is there, those who are to leave and have not let go of all. */
  private PriorityQueue<Integer> poorestOrLeavingFirst(int butNot) {
    PriorityQueue<Integer> workers = poorestFirst();
    if (workers.isEmpty()) {
      IntStream.of(owner)
          .filter(index -> index != NOBODY && index != butNot)
          .distinct()
          .forEach(workers::add);
    }
    return workers;
  }

  /** Whose it is, or will be when its owner has let it go. */
  private int keeper(int lane) {
    return heir[lane] != NOBODY ? heir[lane] : owner[lane];
  }

  private void inherit(int lane, int to) {
    count(lane, to);
    heir[lane] = to;
    places.get(owner[lane]).changed = true;
  }

  /** Takes a lane over of which nobody can tell where it stands. */
  private void takeOverUnseen(int lane, int to) {
    takeOver(lane, to, LaneState.lost(lane, nextIteration[lane]));
  }

  private void takeOver(int lane, int to, LaneState state) {
    own(lane, to);
    places.get(to).takenOver.put(lane, new Pending(state, epoch + 1));
  }

  private void own(int lane, int to) {
    count(lane, to);
    if (owner[lane] != NOBODY) {
      places.get(owner[lane]).takenOver.remove(lane);
    }
    owner[lane] = to;
    heir[lane] = NOBODY;
    if (to != NOBODY) {
      places.get(to).changed = true;
      places.get(to).everHad.set(lane);
    }
  }

  private void count(int lane, int to) {
    int before = keeper(lane);
    if (before != NOBODY) {
      places.get(before).lanes--;
    }
    if (to != NOBODY) {
      places.get(to).lanes++;
    }
  }

  private Place place(String worker) {
    return places.get(placeOf.computeIfAbsent(worker, _ -> {
      places.add(new Place(worker));
      return places.size() - 1;
    }));
  }

  private int indexOf(String worker) {
    Integer index = placeOf.get(worker);
    if (index == null) {
      throw new IllegalArgumentException(worker + " has no part in this run");
    }
    return index;
  }
}
