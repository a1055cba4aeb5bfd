package dev.muster.cli.terminal;

import java.io.Console;
import java.io.IOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal that the command was started in, if it was started in one. */
public final class Screen {

  private Screen() {}

  /** Whether somebody watches: input and output are a terminal. */
  // Since JDK 25 there is no console again where there is no terminal, whatever JDK 22 said.
  @SuppressWarnings("SystemConsoleNull")
  public static boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Its width in characters, or {@code otherwise} where there is none or it does not tell. */
  public static int width(int otherwise) {
    if (!isThere()) {
      return otherwise;
    }
    try (Terminal terminal = TerminalBuilder.builder()
        .system(true)
        .dumb(true)
        .graphemeCluster(false) // else it asks the terminal, whose answer may come after we have ended
        .build()) {
      int columns = terminal.getSize().getColumns();
      return columns > 0 ? columns : otherwise;
    } catch (IOException e) {
      return otherwise;
    }
  }
}
