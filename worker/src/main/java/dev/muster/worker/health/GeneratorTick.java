package dev.muster.worker.health;

/**
 * How the worker itself did in one tick. Stalls and collections are those that ended in it.
 *
 * @param cpu what it did with the CPU
 * @param cores that it may use
 * @param loopStallNanos the longest time by which an event loop came too late to a timer
 * @param processStallNanos the longest time for which the whole process stood still
 * @param loopStalledNanos all stalls of 20 ms or more together, of an event loop on average
 * @param processStalledNanos the same of the process
 * @param gcNanos how long it stood still to collect garbage
 * @param gcLongestNanos the longest of these pauses
 * @param heldBack requests that waited for the worker's own limit of its rate, or that it kept from being
 *     sent
 */
public record GeneratorTick(
    CpuUse cpu,
    int cores,
    long loopStallNanos,
    long processStallNanos,
    long loopStalledNanos,
    long processStalledNanos,
    long gcNanos,
    long gcLongestNanos,
    long heldBack) {}
