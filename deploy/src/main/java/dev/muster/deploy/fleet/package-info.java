/**
 * Where workers come from. May import the wire. Begin with {@link dev.muster.deploy.fleet.LocalFleet}.
 */
@NullMarked
package dev.muster.deploy.fleet;

import org.jspecify.annotations.NullMarked;
