/**
 * The laws of the faults, with time as an argument.
 * May import {@code faults} and {@code api}.
 * Begin with {@link dev.muster.target.faults.ServersTest}.
 */
@NullMarked
package dev.muster.target.faults;

import org.jspecify.annotations.NullMarked;
