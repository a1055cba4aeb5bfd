@NullMarked
package dev.muster.worker.agent;

import org.jspecify.annotations.NullMarked;
