package dev.muster.plan.document;

import java.util.List;
import java.util.Optional;

/** A value of a document. A tree of them is immutable; an alias is the value that it stands for. */
public sealed interface Value {

  /** Where the value begins. */
  Place place();

  /** What the value is, for a message: {@code a list}. */
  default String kind() {
    return switch (this) {
      case Scalar _ -> "a single value";
      case Items _ -> "a list";
      case Fields _ -> "a map";
      case Nothing _ -> "nothing";
      case Broken _ -> "a broken value";
    };
  }

  /** A single value. Its type is what its reader expects: {@code 5} can be a number or a text. */
  record Scalar(Place place, String text) implements Value {}

  /** A list. */
  record Items(Place place, List<Value> values) implements Value {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** A map in the order written; no key stands in it twice. */
  record Fields(Place place, List<Entry> entries) implements Value {
    public Fields {
      entries = List.copyOf(entries);
    }

    /** The entry of {@code key}. */
    public Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }
  }

  /** A key and its value. */
  record Entry(String key, Place keyPlace, Value value) {}

  /** A key without a value, or {@code null}. */
  record Nothing(Place place) implements Value {}

  /** A value whose problem has been reported; whoever meets it stays silent. */
  record Broken(Place place) implements Value {}
}
