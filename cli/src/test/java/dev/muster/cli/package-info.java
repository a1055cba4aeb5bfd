/**
 * The command as its users meet it: real processes, real sockets, real files. Begin with {@link
 * dev.muster.cli.Muster}.
 */
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
