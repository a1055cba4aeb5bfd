/**
 * How fleets and their coordinator know of each other. Begin with {@link dev.muster.cli.fleet.CoordinatorKeeper}.
 */
@NullMarked
package dev.muster.cli.fleet;

import org.jspecify.annotations.NullMarked;
