/** Tests of this room. */
@NullMarked
package dev.muster.ec2;

import org.jspecify.annotations.NullMarked;
