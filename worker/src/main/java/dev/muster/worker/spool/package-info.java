/**
 * What is measured and not yet known to be stored, on this machine's disk, so that it survives the process
 * that measured it. Begin with {@link dev.muster.worker.spool.Spool}.
 */
@NullMarked
package dev.muster.worker.spool;

import org.jspecify.annotations.NullMarked;
