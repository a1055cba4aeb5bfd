/** Tests of renewal. */
@NullMarked
package dev.muster.trust.rpc;

import org.jspecify.annotations.NullMarked;
