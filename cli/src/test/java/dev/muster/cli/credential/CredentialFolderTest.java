package dev.muster.cli.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.HostAndPort;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the credential for an address is looked for. */
class CredentialFolderTest {

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.1_7400", "localhost, 127.0.0.1_7400", "0.0.0.0, 127.0.0.1_7400",
      "::1, 127.0.0.1_7400", "10.0.0.5, 10.0.0.5_7400", "load.example.org, load.example.org_7400",
      "../../etc, .._.._etc_7400"})
  void each_address_has_one_however_it_is_written(String host, String folder) {
    assertThat(
        CredentialFolder.of(new HostAndPort(host, 7_400), Map.of(), Path.of("/home/zoe")))
        .isEqualTo(Path.of("/home/zoe/.config/muster/credentials").resolve(folder));
  }

  @Test
  void it_is_where_the_user_keeps_configuration() {
    assertThat(
        CredentialFolder.of(
            new HostAndPort("10.0.0.5", 1), Map.of("XDG_CONFIG_HOME", "/etc/zoe"),
            Path.of("/home/zoe")))
        .isEqualTo(Path.of("/etc/zoe/muster/credentials/10.0.0.5_1"));
  }
}
