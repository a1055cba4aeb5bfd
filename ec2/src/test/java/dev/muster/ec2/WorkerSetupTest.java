package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerSetupTest {

  @Test
  void the_machine_is_set_to_end_before_anything_else_is_tried() {
    List<String> lines = Orders.SETUP.script()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .toList();

    assertThat(lines.get(0)).isEqualTo("set -euo pipefail");
    assertThat(lines.get(1)).as("soon").isEqualTo("shutdown -P +6 || poweroff");
    assertThat(lines.get(2)).contains("poweroff").endsWith("ERR");
  }

  @Test
  void its_last_end_is_set_before_anything_is_fetched_and_is_put_off_by_nothing() {
    String script = Orders.SETUP.script();

    assertThat(script.substring(0, script.indexOf("curl")))
        .contains("systemd-run --unit=muster-end --on-active=120min /usr/sbin/poweroff")
        .contains("systemctl enable --now muster-lease.service");
  }

  @Test
  void a_boot_has_no_longer_than_the_machine() {
    WorkerSetup brief = new WorkerSetup(
        "10.0.0.5:7400", "muster1-abc", List.of(), Orders.SETUP.distribution(),
        Duration.ofMinutes(4), Duration.ofMinutes(6),
        Duration.ofSeconds(60));

    assertThat(brief.script()).contains("shutdown -P +4 ||");
  }

  @Test
  void a_worker_watches_its_machine_and_is_not_started_again_when_its_coordinator_is_gone() {
    assertThat(Orders.SETUP.script())
        .contains("--lease /var/lib/muster/lease --ec2 --give-up-after 60 --orphan-timeout 60")
        .contains("RestartPreventExitStatus=3\n");
  }

  @Test
  void a_shell_can_read_it() throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    shell.getOutputStream().write(Orders.SETUP.script().getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().close();

    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(shell.waitFor()).isZero();
  }

  @Test
  void nothing_of_the_product_is_run_that_does_not_have_the_sum_that_was_told() {
    assertThat(Orders.SETUP.script())
        .contains("sha256sum -c")
        .contains("0123456789abcdef".repeat(4))
        .contains("--allow-target 10.0.0.0/8");
  }

  @Test
  void what_would_be_more_than_a_word_in_a_shell_is_refused() {
    for (String odd : List.of("a b", "x;reboot", "$(reboot)", "`id`", "a'b", "a\nb", "")) {
      assertThatIllegalArgumentException().isThrownBy(() -> with(odd, List.of("10.0.0.0/8")))
          .withMessageContaining("coordinator");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> with("10.0.0.5:7400", List.of(odd)))
          .withMessageContaining("--allow-target");
    }
  }

  @Test
  void it_does_not_tell_its_secret_by_accident() {
    assertThat(Orders.SETUP.toString()).doesNotContain("muster1-abc");
  }

  @Test
  void the_address_of_a_distribution_is_a_single_word_whatever_it_is_made_of() throws Exception {
    String address = "https://b.s3.amazonaws.com/a%20b/c.tar.gz?X-Amz-Date=2&X-Amz-Credential=x%2Fy&X-Amz-Signature="
        + "0".repeat(1_500);

    assertThat(curlWords(from(address, false))).endsWith("-L", address).doesNotContain("-k");
  }

  @Test
  void no_certificate_is_looked_at_where_a_coordinator_shows_its_own_and_nowhere_else()
      throws Exception {
    String address = "https://10.0.0.5:7401/muster.tar.gz";

    assertThat(curlWords(from(address, true))).endsWith("-k", address).doesNotContain("-L");
    assertThat(curlWords(from(address, false))).endsWith("-L", address).doesNotContain("-k");
  }

  @Test
  void an_address_that_would_be_more_than_a_word_is_refused() {
    for (String odd : List.of("https://x/a'b", "https://x/$(id)", "https://x/a;b",
        "https://x/a(b)")) {
      assertThatIllegalArgumentException().isThrownBy(() -> from(odd, false))
          .withMessageContaining("the address of the distribution");
    }
  }

  @Test
  void a_sum_that_is_none_is_refused() {
    for (String odd : List.of("", "abc", "A".repeat(64), "0".repeat(65))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Distribution(URI.create("https://x/a"), odd, false))
          .withMessageContaining("64 digits");
    }
  }

  @Test
  void it_does_not_tell_an_address_that_lets_others_in() {
    assertThat(from("https://x/a?X-Amz-Signature=letmein", false).toString())
        .contains("https://x/a?")
        .doesNotContain("letmein");
  }

  /** The words that a shell makes of the command that fetches. */
  private static List<String> curlWords(WorkerSetup setup) throws Exception {
    String fetching = setup.script()
        .lines()
        .filter(line -> line.contains("-o /opt/muster/muster.tar.gz"))
        .findFirst()
        .orElseThrow();
    Process shell = new ProcessBuilder(
        "bash", "-c", "curl() { printf '%s\\n' \"$@\"; }\n" + fetching).start();
    List<String> words = shell.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(shell.waitFor()).isZero();
    return words;
  }

  private static WorkerSetup from(String address, boolean isOfCoordinator) {
    return with(
        "10.0.0.5:7400", List.of("10.0.0.0/8"),
        new Distribution(
            URI.create(address), Orders.SETUP.distribution().sha256(), isOfCoordinator));
  }

  private static WorkerSetup with(String coordinator, List<String> allowed) {
    return with(coordinator, allowed, Orders.SETUP.distribution());
  }

  private static WorkerSetup with(
      String coordinator, List<String> allowed, Distribution distribution) {
    return new WorkerSetup(
        coordinator, "muster1-abc", allowed, distribution, Orders.SETUP.ttl(),
        Orders.SETUP.bootWithin(), Orders.SETUP.orphanTimeout());
  }
}
