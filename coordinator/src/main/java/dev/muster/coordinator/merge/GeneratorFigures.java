package dev.muster.coordinator.merge;

/**
 * How a worker itself did over a run, tick by tick. Percents of CPU are of one core, so that 200 is two
 * cores; what its system does not tell is 0.
 *
 * @param cores that it might use
 * @param cpuMeanPercent of its process
 * @param cpuMaxPercent of its process, in the tick in which it was most
 * @param loopMaxPercent of the event loop and tick that wanted most, waiting for a core included
 * @param stealMaxPercent of the machine's whole CPU time, in the tick in which it was most
 * @param gcTotalMs how long it stood still to collect garbage
 * @param gcLongestMs the longest of these pauses
 * @param stallLongestMs the longest time that the process or an event loop stood still for any reason
 */
public record GeneratorFigures(
    int cores,
    double cpuMeanPercent,
    double cpuMaxPercent,
    double loopMaxPercent,
    double stealMaxPercent,
    double gcTotalMs,
    double gcLongestMs,
    double stallLongestMs) {}
