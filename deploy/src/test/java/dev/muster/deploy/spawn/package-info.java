/** Tests of {@code dev.muster.deploy.spawn}. */
@NullMarked
package dev.muster.deploy.spawn;

import org.jspecify.annotations.NullMarked;
