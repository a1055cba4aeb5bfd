/**
 * The one command, {@code muster}: its entry, its exit codes and how it says what went wrong. Begin
 * with {@link dev.muster.cli.Main}.
 */
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
