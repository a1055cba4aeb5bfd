/**
 * The rules of a run: who prepares, who owns what, when it starts, who is lost, when it has ended.
 * Pure: no gRPC, no thread, no clock, no disk. Begin with {@link dev.muster.coordinator.run.RunMachine}.
 */
@NullMarked
package dev.muster.coordinator.run;

import org.jspecify.annotations.NullMarked;
