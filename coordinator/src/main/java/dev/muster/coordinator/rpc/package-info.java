/**
 * The coordinator's one thread and the gRPC services in front of it: they translate and queue, the
 * thread decides by {@code run}, stores by {@code store}, merges by {@code merge}. The only package
 * here that knows gRPC. Begin with {@link dev.muster.coordinator.rpc.CoordinatorLoop}.
 */
@NullMarked
package dev.muster.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
