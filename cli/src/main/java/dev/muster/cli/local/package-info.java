/**
 * A whole cluster on this machine: coordinator, worker processes, target service. Begin with {@link
 * dev.muster.cli.local.LocalCluster}.
 */
@NullMarked
package dev.muster.cli.local;

import org.jspecify.annotations.NullMarked;
