package dev.muster.cli.target;

import dev.muster.target.Architecture;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where an architecture's processes look their customers up. */
enum Data {
  /** In their own memory. */
  MEMORY,
  /** In a MariaDB. */
  MARIADB,
  /** In a MariaDB behind a memcached. */
  MEMCACHED;

  /** What the published experiment had in this architecture. */
  static Data of(Architecture architecture) {
    return switch (architecture) {
      case EMBEDDED -> MEMORY;
      case THREE_TIER -> MARIADB;
      case MEMCACHED, LOAD_BALANCED, LAMBDA -> MEMCACHED;
    };
  }

  /** The architecture of one process with this data. */
  Architecture architecture() {
    return switch (this) {
      case MEMORY -> Architecture.EMBEDDED;
      case MARIADB -> Architecture.THREE_TIER;
      case MEMCACHED -> Architecture.MEMCACHED;
    };
  }

  /** Reads the words above. */
  static final class Name implements ITypeConverter<Data> {
    @Override
    public Data convert(String word) {
      return Arrays.stream(values())
          .filter(data -> data.toString().equals(word))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException(
                  "expected memory, mariadb or memcached but was '" + word + "'"));
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
