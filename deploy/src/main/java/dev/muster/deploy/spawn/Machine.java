package dev.muster.deploy.spawn;

/**
 * What one worker runs on, as its place last told of it: an instance, a process, a pod.
 *
 * @param name its worker's at the coordinator
 */
public record Machine(String name, State state) {

  /** How far it is. What has ended never comes back. */
  public enum State {
    PENDING, RUNNING, ENDED
  }
}
