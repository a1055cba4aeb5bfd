package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.cli.command.MusterCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The pages that tell people what there is. */
class HelpTest {

  @TempDir
  private Path folder = Path.of("");

  static Stream<CommandLine> commands() {
    var all = new ArrayList<CommandLine>();
    addAll(MusterCommand.commandLine(), all);
    return all.stream();
  }

  private static void addAll(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().forEach(each -> addAll(each, all));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_explains_each_of_its_options(CommandLine command) {
    String page = command.getUsageMessage();
    assertThat(page).contains("Usage: " + command.getCommandSpec().qualifiedName());
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        assertThat(page).contains(option.names());
        assertThat(option.description()).describedAs(option.longestName()).isNotEmpty();
      }
    }
    assertThat(command.getCommandSpec().optionsMap()).containsKeys("--help", "--debug");
  }

  @Test
  void help_is_asked_for_in_the_same_way_everywhere() {
    assertIsPage("Usage: muster ", "--help");
    assertIsPage("Usage: muster run ", "run", "--help");
    assertIsPage("Usage: muster plan show ", "plan", "show", "-h");
  }

  private void assertIsPage(String beginning, String... arguments) {
    Ended ended = Muster.run(folder, arguments);
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains(beginning);
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void a_command_left_out_is_answered_with_those_that_there_are() {
    for (String[] arguments : new String[][]{{}, {"plan"}, {"runs"}}) {
      Ended ended = Muster.run(folder, arguments);
      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(2);
      assertThat(ended.err()).contains("Missing required subcommand", "Commands");
    }
  }
}
