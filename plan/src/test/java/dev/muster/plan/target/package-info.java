@NullMarked
package dev.muster.plan.target;

import org.jspecify.annotations.NullMarked;
