/** Programs of this machine, run to their end. Begin with {@link dev.muster.deploy.program.Program}. */
@NullMarked
package dev.muster.deploy.program;

import org.jspecify.annotations.NullMarked;
