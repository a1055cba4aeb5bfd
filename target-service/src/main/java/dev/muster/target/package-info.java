/**
 * The customer API under test: one service that answers about customers and counts what it answered.
 * May import {@code http}, {@code store} and {@code data}; nothing of Muster's other modules.
 * Begin with {@link dev.muster.target.TargetService}.
 */
@NullMarked
package dev.muster.target;

import org.jspecify.annotations.NullMarked;
