@NullMarked
package dev.muster.worker.record;

import org.jspecify.annotations.NullMarked;
