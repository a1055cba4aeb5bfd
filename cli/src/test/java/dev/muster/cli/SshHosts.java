package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.process.Programs;
import dev.muster.target.process.ReservedPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Hosts that ssh reaches: OpenSSH's own server on addresses of this machine's loopback, each with folders of its own
 * and a key that nobody has had before. They let in the user who runs the tests, by a key as fresh.
 */
final class SshHosts implements AutoCloseable {

  /** Where root's servers look for an empty folder. */
  private static final Path EMPTY = Path.of("/run/sshd");

  private final Path folder;
  private final ReservedPorts ports = new ReservedPorts();
  private final List<Process> servers = new ArrayList<>();
  private final StringBuilder known = new StringBuilder();
  private final StringBuilder config = new StringBuilder();
  private String plain = "";
  private boolean hasMadeEmpty;

  private SshHosts(Path folder) {
    this.folder = folder;
  }

  /** Starts hosts of these names, as ssh's configuration then knows them; skips the test where that cannot be. */
  static SshHosts start(Path folder, String... names) {
    Installed.assume("sshd", "a host that ssh reaches");
    Installed.assume("ssh", "a host that ssh reaches");
    var hosts = new SshHosts(folder);
    try {
      hosts.begin(names);
      return hosts;
    } catch (IOException e) {
      hosts.close();
      throw new UncheckedIOException(e);
    }
  }

  private void begin(String... names) throws IOException {
    Files.createDirectories(folder);
    if (Files.isWritable(Path.of("/run")) && !Files.exists(EMPTY)) {
      Files.createDirectory(EMPTY);
      hasMadeEmpty = true;
    }
    key("mine");
    key("stranger");
    Files.copy(folder.resolve("mine.pub"), folder.resolve("authorized"));
    int last = 0;
    for (String name : names) {
      last++;
      server(name, "127.0.0." + last);
    }
    // Nothing of the user's own is read.
    Path written = Files.writeString(
        folder.resolve("ssh_config"), config + """
            Host 127.0.0.1
              IdentityFile %s
            Host *
              User %s
              IdentityAgent none
              IdentitiesOnly yes
              UserKnownHostsFile %s
              StrictHostKeyChecking yes
            """.formatted(
            folder.resolve("mine"), System.getProperty("user.name"),
            Files.writeString(folder.resolve("known_hosts"), known)));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path ssh = Files.writeString(
        bin.resolve("ssh"), "#!/bin/sh\nexec %s -F %s \"$@\"\n".formatted(
            Programs.find("ssh").orElseThrow(), written));
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
  }

  private void key(String name) {
    Muster.execute(
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f",
        folder.resolve(name).toString());
  }

  private void server(String name, String address) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    key(name + "/key");
    int port = ports.any();
    Path settings = Files.writeString(own.resolve("sshd_config"), """
        ListenAddress %s:%d
        HostKey %s
        AuthorizedKeysFile %s
        PidFile none
        UsePAM no
        StrictModes no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        SetEnv XDG_STATE_HOME=%s XDG_CACHE_HOME=%s JAVA_HOME=%s
        """.formatted(
        address, port, own.resolve("key"), folder.resolve("authorized"), own.resolve("state"),
        own.resolve("cache"), System.getProperty("java.home")));
    Process server = new ProcessBuilder(
        Programs.find("sshd").orElseThrow().toString(), "-D", "-e", "-f", settings.toString())
        .start();
    servers.add(server);
    Lines said = Lines.of(server.getErrorStream());
    assertThat(said.await(line -> line.contains("Server listening on"), Muster.PATIENCE))
        .as("%s", said)
        .isPresent();
    String key = Files.readString(own.resolve("key.pub"));
    known.append(name).append(' ').append(key);
    known.append('[').append(address).append("]:").append(port).append(' ').append(key);
    alias(name, address, port, name, "mine");
    if (servers.size() == 1) {
      plain = address + ":" + port;
      alias("stranger", address, port, name, "stranger");
      alias("unknown", address, port, "unknown", "mine");
      alias("nowhere", "127.0.0.9", ports.any(), "nowhere", "mine");
    }
  }

  /** The first of them, as it is written without a configuration. */
  String plain() {
    return System.getProperty("user.name") + "@" + plain;
  }

  private void alias(String name, String address, int port, String key, String identity) {
    config.append("""
        Host %s
          HostName %s
          Port %d
          HostKeyAlias %s
          IdentityFile %s
        """.formatted(name, address, port, key, folder.resolve(identity)));
  }

  /** For commands that are to reach them. */
  Map<String, String> environment() {
    return Map.of("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
  }

  /** What a host keeps. */
  Path state(String name) {
    return folder.resolve(name).resolve("state/muster");
  }

  /** What a host was sent. */
  Path cache(String name) {
    return folder.resolve(name).resolve("cache/muster");
  }

  @Override
  public void close() {
    for (Process server : servers) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroy();
    }
    ports.close();
    if (hasMadeEmpty) {
      try {
        Files.deleteIfExists(EMPTY);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
