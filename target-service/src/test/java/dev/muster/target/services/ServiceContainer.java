package dev.muster.target.services;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.muster.target.process.ReservedPorts;
import org.testcontainers.containers.GenericContainer;

/** A service in a container, on a port of the loopback address that stays its own while it is dead. */
public class ServiceContainer implements AutoCloseable {
  private final GenericContainer<?> container;
  private final ReservedPorts ports = new ReservedPorts();
  private final int port;

  ServiceContainer(GenericContainer<?> container, int servicePort) {
    this.container = container;
    this.port = ports.any();
    var binding = new PortBinding(
        Ports.Binding.bindIpAndPort("127.0.0.1", port), ExposedPort.tcp(servicePort));
    container.withCreateContainerCmdModifier(
        command -> requireNonNull(command.getHostConfig()).withPortBindings(binding));
    container.start();
  }

  /** A memcached, empty. */
  @SuppressWarnings("resource") // closed by this class
  public static ServiceContainer memcached() {
    return new ServiceContainer(
        new GenericContainer<>(Images.MEMCACHED).withExposedPorts(11_211), 11_211);
  }

  /** Where it answers on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Stops all of its processes where they are; whoever asks it waits. */
  public void freeze() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  /** Lets its processes go on. */
  public void thaw() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  /** Kills it; nobody answers any more. */
  public void kill() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }

  /** Starts it again after it was killed; it may take a moment to answer. */
  public void startAgain() {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
    ports.close();
  }
}
