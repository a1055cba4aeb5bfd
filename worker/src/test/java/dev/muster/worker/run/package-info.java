@NullMarked
package dev.muster.worker.run;

import org.jspecify.annotations.NullMarked;
