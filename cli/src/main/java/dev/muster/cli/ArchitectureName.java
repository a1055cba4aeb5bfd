package dev.muster.cli;

import dev.muster.target.Architecture;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of an architecture on the command line. */
public final class ArchitectureName implements ITypeConverter<Architecture> {
  @Override
  public Architecture convert(String word) {
    return Arrays.stream(Architecture.values())
        .filter(architecture -> architecture.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException(
                "expected embedded, three_tier, memcached, load_balanced or lambda but was '"
                    + word + "'"));
  }
}
