/**
 * The worker as its coordinator sees it: joins, prepares, starts, hands in snapshots until they are
 * acknowledged. May import {@code http}, {@code record}, the wire and gRPC. Begin with {@link
 * dev.muster.worker.agent.WorkerAgent}.
 */
@NullMarked
package dev.muster.worker.agent;

import org.jspecify.annotations.NullMarked;
