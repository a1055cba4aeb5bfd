/**
 * The machine that a worker is on, as far as it comes and goes: that it may stay, and that it will be
 * taken. Knows HTTP as the JDK has it, files and a clock; nothing of ours. Begin with {@link
 * dev.muster.worker.machine.MachineWatch}.
 */
@NullMarked
package dev.muster.worker.machine;

import org.jspecify.annotations.NullMarked;
