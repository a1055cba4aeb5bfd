@NullMarked
package dev.muster.worker.spool;

import org.jspecify.annotations.NullMarked;
