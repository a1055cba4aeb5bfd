/** Tests of {@code dev.muster.deploy.fleet}. */
@NullMarked
package dev.muster.deploy.fleet;

import org.jspecify.annotations.NullMarked;
