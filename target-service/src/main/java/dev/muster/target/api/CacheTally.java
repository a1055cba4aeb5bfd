package dev.muster.target.api;

import dev.muster.target.store.CacheCounts;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a cache's counts look like on the admin address. */
public record CacheTally(CacheCounts counts) implements Tally {
  @Override
  public String name() {
    return "cache";
  }

  @Override
  public SequencedMap<String, Long> now() {
    var now = counts.now();
    var names = new LinkedHashMap<String, Long>();
    names.put("hits", now.hits());
    names.put("misses", now.misses());
    names.put("errors", now.errors());
    return names;
  }

  @Override
  public void reset() {
    counts.reset();
  }
}
