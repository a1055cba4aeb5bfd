/** Tests of who may speak with whom. */
@NullMarked
package dev.muster.trust;

import org.jspecify.annotations.NullMarked;
