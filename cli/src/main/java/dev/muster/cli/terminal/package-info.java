/**
 * What people see while load is sent, and the table at its end. Begin with {@link
 * dev.muster.cli.terminal.LiveView}.
 */
@NullMarked
package dev.muster.cli.terminal;

import org.jspecify.annotations.NullMarked;
