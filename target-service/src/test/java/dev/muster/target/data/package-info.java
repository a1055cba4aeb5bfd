/**
 * The data set's laws.
 * May import {@code dev.muster.target.data}.
 * Begin with {@link dev.muster.target.data.SeededCustomersTest}.
 */
@NullMarked
package dev.muster.target.data;

import org.jspecify.annotations.NullMarked;
