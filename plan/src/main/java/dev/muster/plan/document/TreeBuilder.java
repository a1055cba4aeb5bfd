package dev.muster.plan.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;

/**
 * Builds the tree of one document from the parser's events. Events come one by one, so a text that
 * is too deep or too large is left where it passes the limit.
 */
final class TreeBuilder {

  private static final int DEPTH_MAX = 50;
  private static final int VALUES_MAX = 100_000;
  private static final String STANDARD_TAG = "tag:yaml.org,2002:";
  private static final Set<String> STANDARD_TAGS = Set.of("str", "int", "float", "bool", "null",
      "seq", "map");
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  /** Why there is no tree. */
  static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1;

    final transient Place place;
    final String problem;
    final String hint;

    Unusable(Place place, String problem, String hint) {
      super(problem, null, false, false);
      this.place = place;
      this.problem = problem;
      this.hint = hint;
    }
  }

  private record Anchored(Value value, long size, int height) {}

  private final Iterator<Event> events;
  private final BiFunction<Integer, Integer, Place> places;
  private final Problems problems;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private long values;

  TreeBuilder(
      Iterator<Event> events, BiFunction<Integer, Integer, Place> places, Problems problems) {
    this.events = events;
    this.places = places;
    this.problems = problems;
  }

  /** The value of the only document; nothing when there is none. */
  Value document() {
    events.next(); // the stream's start
    Event first = events.next();
    if (first instanceof StreamEndEvent) {
      return new Value.Nothing(places.apply(1, 1));
    }
    Value value = value(events.next(), 0);
    events.next(); // the document's end
    Event last = events.next();
    if (last instanceof DocumentStartEvent) {
      throw new Unusable(
          place(last), "a second document begins here", "a file holds one plan: remove the rest");
    }
    return value;
  }

  private Value value(Event event, int depth) {
    Place place = place(event);
    count(1, place);
    checkDepth(depth, place);
    long before = values;
    return switch (event) {
      case AliasEvent alias -> resolve(alias, place, depth);
      case ScalarEvent scalar -> anchored(scalar.getAnchor(), before,
          tagged(scalar.getTag(), place, scalar(scalar, place)));
      case SequenceStartEvent start -> anchored(start.getAnchor(), before,
          tagged(start.getTag(), place, items(place, depth)));
      case MappingStartEvent start -> anchored(start.getAnchor(), before,
          tagged(start.getTag(), place, fields(place, depth)));
      default -> throw new IllegalStateException("the parser gave " + event);
    };
  }

  private void count(long more, Place place) {
    values += more;
    if (values > VALUES_MAX) {
      throw new Unusable(place, "the plan has more than " + VALUES_MAX + " values",
          "an alias counts as all that it stands for");
    }
  }

  private static void checkDepth(int depth, Place place) {
    if (depth > DEPTH_MAX) {
      throw new Unusable(place, "lists and maps are nested more than " + DEPTH_MAX + " deep", "");
    }
  }

  private static Value scalar(ScalarEvent event, Place place) {
    return event.isPlain() && NULLS.contains(event.getValue())
        ? new Value.Nothing(place)
        : new Value.Scalar(place, event.getValue());
  }

  private Value items(Place place, int depth) {
    var items = new ArrayList<Value>();
    for (Event next = events.next(); !(next instanceof SequenceEndEvent); next = events.next()) {
      items.add(value(next, depth + 1));
    }
    return new Value.Items(place, items);
  }

  private Value fields(Place place, int depth) {
    var entries = new ArrayList<Value.Entry>();
    var seen = new HashMap<String, Place>();
    for (Event next = events.next(); !(next instanceof MappingEndEvent); next = events.next()) {
      Value key = value(next, depth + 1);
      Value value = value(events.next(), depth + 1);
      if (!(key instanceof Value.Scalar(_, var word))) {
        problems.add(key.place(), "", "a key is " + key.kind(), "a key is a word");
        continue;
      }
      Place first = seen.putIfAbsent(word, key.place());
      if (first == null) {
        entries.add(new Value.Entry(word, key.place(), value));
      } else {
        problems.add(key.place(), "", "\"" + word + "\" is given twice", firstAt(first));
      }
    }
    return new Value.Fields(place, entries);
  }

  private static String firstAt(Place first) {
    return first instanceof Place.InFile at ? "the first is on line " + at.line() : "";
  }

  private Value resolve(AliasEvent alias, Place place, int depth) {
    Anchored anchored = anchors.get(alias.getAlias());
    if (anchored == null) {
      problems.add(place, "", "the alias *" + alias.getAlias() + " stands for nothing",
          "an anchor &" + alias.getAlias() + " must end before it");
      return new Value.Broken(place);
    }
    count(anchored.size(), place);
    checkDepth(depth + anchored.height(), place);
    return anchored.value();
  }

  private Value anchored(Optional<Anchor> anchor, long before, Value value) {
    anchor.ifPresent(
        name -> anchors.put(name, new Anchored(value, values - before + 1, height(value))));
    return value;
  }

  private static int height(Value value) {
    return switch (value) {
      case Value.Items items -> 1 + items.values()
          .stream()
          .mapToInt(TreeBuilder::height)
          .max()
          .orElse(0);
      case Value.Fields fields -> 1 + fields.entries()
          .stream()
          .mapToInt(entry -> height(entry.value()))
          .max()
          .orElse(0);
      case Value.Scalar _,Value.Nothing _,Value.Broken _ -> 0;
    };
  }

  private Value tagged(Optional<String> tag, Place place, Value value) {
    boolean harmless = tag.isEmpty() || tag.get().equals("!")
        || (tag.get().startsWith(STANDARD_TAG)
            && STANDARD_TAGS.contains(tag.get().substring(STANDARD_TAG.length())));
    if (harmless) {
      return value;
    }
    problems.add(place, "", "the tag " + tag.orElse("!") + " means nothing in a plan", "remove it");
    return new Value.Broken(place);
  }

  private Place place(Event event) {
    return event.getStartMark()
        .map(mark -> YamlText.place(mark, places))
        .orElseGet(() -> places.apply(1, 1));
  }
}
