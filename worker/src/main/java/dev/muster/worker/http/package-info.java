/**
 * HTTP over Netty, and the event loops that the load engines live on: the only package that knows
 * Netty. Begin with {@link dev.muster.worker.http.LoadGenerator}.
 */
@NullMarked
package dev.muster.worker.http;

import org.jspecify.annotations.NullMarked;
