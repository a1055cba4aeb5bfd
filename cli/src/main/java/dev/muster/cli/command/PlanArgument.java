package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanProblem;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.v1.PlanDocument;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A plan named on the command line, with what is laid over it. */
final class PlanArgument {

  @Parameters(paramLabel = "PLAN", description = "The plan, a YAML file.")
  private Path file = Path.of("");

  @Option(names = "--set", paramLabel = "a.b=c", description = "Sets a value of the plan, such as load.users=100. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  /** The source of the plan, with the environment variables that it names. */
  PlanSource source() {
    return source(List.of());
  }

  /** As {@link #source()}, with more overrides after those given. */
  PlanSource source(List<String> more) {
    var all = new ArrayList<>(overrides);
    all.addAll(more);
    return sourceOf(file, all);
  }

  /** The plan in {@code file}, with the environment variables that it names. */
  static PlanSource sourceOf(Path file, List<String> overrides) {
    return sourceOf(file.toString(), text(file), overrides);
  }

  /** A source with the environment variables that it names. */
  static PlanSource sourceOf(String name, String text, List<String> overrides) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : PlanFile.environmentNames(text, overrides)) {
      String value = System.getenv(variable);
      if (value != null) {
        environment.put(variable, value);
      }
    }
    return new PlanSource(name, text, overrides, environment);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UserError(ExitCode.USAGE, file + " is not a text file in UTF-8.", e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE,
          Files.exists(file)
              ? file + " cannot be read: " + e.getMessage()
              : file + " does not exist. Plans to begin with are in plans/.",
          e);
    }
  }

  /**
   * The plan. Warns on standard error of one that takes any certificate.
   *
   * @throws UserError with every problem, if it has any
   */
  static Plan read(PlanSource source) {
    return switch (PlanFile.read(source)) {
      case PlanReading.Readable(Plan plan) -> {
        if (plan.http().tls().skipsVerification()) {
          System.err.println(
              "WARNING: the plan takes any certificate of " + plan.target()
                  + " (insecure-skip-verify): whoever stands between can read and change "
                  + "everything.");
        }
        yield plan;
      }
      case PlanReading.Unreadable(List<PlanProblem> problems) -> throw new UserError(
          ExitCode.USAGE,
          problems.stream().map(PlanProblem::render).collect(Collectors.joining("\n")) + "\n"
              + (problems.size() == 1 ? "1 problem" : problems.size() + " problems") + " in "
              + source.fileName() + "; nothing was sent.");
    };
  }

  /** The source as it travels. */
  static PlanDocument document(PlanSource source) {
    return PlanDocument.newBuilder()
        .setFileName(source.fileName())
        .setText(source.text())
        .addAllOverrides(source.overrides())
        .putAllEnvironment(source.environment())
        .build();
  }
}
