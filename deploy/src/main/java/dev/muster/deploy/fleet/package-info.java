/**
 * Where workers come from. Imports nothing of ours. Begin with {@link
 * dev.muster.deploy.fleet.LocalFleet}.
 */
@NullMarked
package dev.muster.deploy.fleet;

import org.jspecify.annotations.NullMarked;
