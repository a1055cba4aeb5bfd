@NullMarked
package dev.muster.worker.engine;

import org.jspecify.annotations.NullMarked;
