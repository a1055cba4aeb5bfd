/**
 * Programs that an architecture is made of, started and watched as children of this process.
 * May import {@code store} and {@code http}'s records.
 * Begin with {@link dev.muster.target.process.ServiceProcess}.
 */
@NullMarked
package dev.muster.target.process;

import org.jspecify.annotations.NullMarked;
