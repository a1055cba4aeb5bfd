package dev.muster.cli.command;

import dev.muster.cli.HostAndPort;
import dev.muster.cli.credential.CredentialFolder;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.JoinToken;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.PrivateFiles;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Renewal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** What a coordinator with an authority of its own keeps for those who are to speak with it. */
final class CoordinatorTrust {

  private CoordinatorTrust() {}

  /** Its folder, within the coordinator's. */
  static Path folder(Path data) {
    return data.resolve("trust");
  }

  static Authority authority(Path data, Lives lives) throws IOException {
    return Authority.in(folder(data), lives, InstantSource.system());
  }

  /** Puts a join token where only the user reads it, and says where. */
  static Path keep(JoinToken token, Path data) throws IOException {
    Path file = folder(data).resolve("join-token");
    PrivateFiles.write(file, token.text() + "\n");
    return file;
  }

  /**
   * Makes the user who started the coordinator an operator of it, until what is returned is closed.
   *
   * @throws IOException if the credential cannot be written
   */
  static AutoCloseable operator(Authority authority, HostAndPort address) throws IOException {
    Path folder = CredentialFolder.of(address);
    var holder = new Holder(Role.OPERATOR, System.getProperty("user.name", "somebody"));
    Credential first = authority.credential(holder);
    first.save(folder);
    var renewal = new Renewal(
        new LiveCredential(first), _ -> authority.credential(holder), Optional.of(folder),
        InstantSource.system());
    return () -> {
      renewal.close();
      Credential.forget(folder);
      Files.deleteIfExists(folder);
    };
  }
}
