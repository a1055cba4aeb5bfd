@NullMarked
package dev.muster.worker.guard;

import org.jspecify.annotations.NullMarked;
