/**
 * The rules of a worker: what it does about each word of a coordinator, what it keeps until that is
 * stored, which lanes it has. Pure: no gRPC, no thread, no clock, no disk. Begin with {@link
 * dev.muster.worker.run.WorkerRules}.
 */
@NullMarked
package dev.muster.worker.run;

import org.jspecify.annotations.NullMarked;
