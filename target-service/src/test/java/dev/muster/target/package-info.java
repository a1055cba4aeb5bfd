/**
 * The service as its users meet it: over sockets, through its public face.
 * May import everything.
 * Begin with {@link dev.muster.target.RoutesTest}.
 */
@NullMarked
package dev.muster.target;

import org.jspecify.annotations.NullMarked;
