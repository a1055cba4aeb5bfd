/**
 * The load_balanced architecture: five processes of the API behind HAProxy.
 */
@NullMarked
package dev.muster.target.balanced;

import org.jspecify.annotations.NullMarked;
