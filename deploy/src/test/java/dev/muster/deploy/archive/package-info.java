/** Tests of this room. */
@NullMarked
package dev.muster.deploy.archive;

import org.jspecify.annotations.NullMarked;
