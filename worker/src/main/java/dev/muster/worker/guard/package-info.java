/**
 * What a worker was started to send at most: to which addresses, and how much in a second. No coordinator
 * can change it. Imports plan and the engine. Begin with {@link dev.muster.worker.guard.Guard}.
 */
@NullMarked
package dev.muster.worker.guard;

import org.jspecify.annotations.NullMarked;
