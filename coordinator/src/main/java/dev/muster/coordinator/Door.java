package dev.muster.coordinator;

import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import java.nio.file.Path;
import java.util.Optional;

/** Who is let in to a coordinator. */
public sealed interface Door {

  /** Everybody, in plain text: for loopback only, which the one who opens it sees to. */
  record Open() implements Door {}

  /**
   * Those with a certificate of the coordinator's own authority, and those with a join token of it.
   *
   * @param folder where it keeps who is not to be believed, and how often limited join tokens were used;
   *     none: that is forgotten at its end
   */
  record Own(Authority authority, Optional<Path> folder) implements Door {}

  /**
   * Those with a certificate of somebody else's authority.
   *
   * @param credential what the coordinator shows, and the authorities that it believes
   * @param folder as above
   */
  record Given(Credential credential, Optional<Path> folder) implements Door {}
}
