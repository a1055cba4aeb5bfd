package dev.muster.deploy.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.deploy.program.Program;
import dev.muster.deploy.spawn.FleetName;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How hosts are written, and what a shell is told of words. */
class SshHostTest {

  @Test
  void a_host_is_written_with_user_and_port_or_without() {
    assertThat(SshHost.parse("ann@one.example.com:2222")).satisfies(host -> {
      assertThat(host.destination()).isEqualTo("ann@one.example.com");
      assertThat(host.host()).isEqualTo("one.example.com");
      assertThat(host.port()).contains("2222");
    });
    assertThat(SshHost.parse("one").port()).isEmpty();
    assertThat(SshHost.parse("ann@[2001:db8::7]:22")).satisfies(host -> {
      assertThat(host.destination()).isEqualTo("ann@2001:db8::7");
      assertThat(host.port()).contains("22");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-oProxyCommand=x", "ann@-x", "one two", "one;two", "one:port",
      "$(x)",
      "ann@", "one/two"})
  void what_ssh_could_take_for_something_else_is_no_host(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SshHost.parse(text))
        .withMessageContaining("is no host");
  }

  @Test
  void a_host_that_is_named_twice_is_refused_and_ports_tell_two_apart() {
    var fleet = new FleetName("test");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostsPlace.on(hosts("one:22", "ann@one"), fleet))
        .withMessage("ann@one is named twice");
    assertThat(HostsPlace.on(hosts("one:22", "one:23"), fleet).where())
        .isEqualTo("on one:22, one:23");
  }

  private static List<SshHost> hosts(String... texts) {
    return Stream.of(texts).map(SshHost::parse).toList();
  }

  @Test
  void a_word_is_taken_as_it_stands_whatever_is_in_it() {
    String word = "it's $(echo \"odd\") `or` \\ * \n worse";

    assertThat(
        Program.run(
            List.of("sh", "-s"), "printf %s " + Shell.quoted(word), Duration.ofSeconds(10)).out())
        .isEqualTo(word);
  }
}
