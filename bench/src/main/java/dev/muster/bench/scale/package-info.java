/** Many workers that send no load, beside a real coordinator; bench/scale/run runs them. */
@NullMarked
package dev.muster.bench.scale;

import org.jspecify.annotations.NullMarked;
