package dev.muster.cli.command;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Where workers can come from. */
enum PlaceKind {
  EC2("--ec2"), LOCAL("--local"), SSH("--ssh"), KUBERNETES("--kubernetes");

  private final String option;

  PlaceKind(String option) {
    this.option = option;
  }

  /** The option that says so. */
  String option() {
    return option;
  }

  /** All options, for a sentence. */
  static String options() {
    return Arrays.stream(values()).map(PlaceKind::option).collect(Collectors.joining(", "));
  }
}
