package dev.muster.cli;

import dev.muster.cli.Muster.Ended;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A cluster for all tests of a class: started before the first of them, ended after the last. */
final class SharedCluster implements BeforeAllCallback, AfterAllCallback {

  private final Supplier<Path> folder;
  private final int workers;
  private @Nullable Cluster cluster;

  /**
   * A cluster to come.
   *
   * @param folder where it is to work; asked for when it starts, as JUnit makes folders only then
   */
  SharedCluster(Supplier<Path> folder, int workers) {
    this.folder = folder;
    this.workers = workers;
  }

  /** As {@link Cluster#ask}. */
  Ended ask(String... command) {
    return started().ask(command);
  }

  /** As {@link Cluster#plan}. */
  String plan(String name, String text) {
    return started().plan(name, text);
  }

  /** As {@link Cluster#address}. */
  String address() {
    return started().address();
  }

  private Cluster started() {
    return Objects.requireNonNull(cluster, "the cluster has not been started");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    cluster = Cluster.start(folder.get(), workers);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (cluster != null) {
      cluster.close();
    }
  }
}
