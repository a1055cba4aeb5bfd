/** Tests of {@code dev.muster.deploy.kubernetes}. */
@NullMarked
package dev.muster.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
