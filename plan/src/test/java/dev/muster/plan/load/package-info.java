@NullMarked
package dev.muster.plan.load;

import org.jspecify.annotations.NullMarked;
