/**
 * Programs as children: they start, end when asked, and never outlive their parent.
 * May import {@code process}.
 * Begin with {@link dev.muster.target.process.ServiceProcessTest}.
 */
@NullMarked
package dev.muster.target.process;

import org.jspecify.annotations.NullMarked;
