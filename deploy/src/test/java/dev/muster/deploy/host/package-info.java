/** Tests of {@code dev.muster.deploy.host}. */
@NullMarked
package dev.muster.deploy.host;

import org.jspecify.annotations.NullMarked;
