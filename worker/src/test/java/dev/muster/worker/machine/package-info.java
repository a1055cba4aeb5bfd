@NullMarked
package dev.muster.worker.machine;

import org.jspecify.annotations.NullMarked;
