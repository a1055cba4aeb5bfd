/**
 * What users do and when: the load engine of one event loop. Pure: no Netty, no gRPC, no thread, no
 * clock; time comes in as an argument. Begin with {@link dev.muster.worker.engine.LoadEngine}.
 */
@NullMarked
package dev.muster.worker.engine;

import org.jspecify.annotations.NullMarked;
