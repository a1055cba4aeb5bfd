/** What a plan's load is made of, as the messages have it that workers, coordinators and stores exchange. */
@NullMarked
package dev.muster.wire;

import org.jspecify.annotations.NullMarked;
