/**
 * One class for each subcommand: options in, work done by others, words out. Begin with {@link
 * dev.muster.cli.command.MusterCommand}.
 */
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
