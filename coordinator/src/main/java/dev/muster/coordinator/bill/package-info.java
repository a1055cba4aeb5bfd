/**
 * What machines of workers cost, and when a fleet has cost as much as it may. Pure: no clock, thread, socket
 * or disk, and no floating point. Begin with {@link dev.muster.coordinator.bill.Bill}.
 */
@NullMarked
package dev.muster.coordinator.bill;

import org.jspecify.annotations.NullMarked;
