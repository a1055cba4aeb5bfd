package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.Architecture;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The contract of the customer API: in each architecture, started as a user starts it and with the
 * parts that it really has, every request is answered with the same status, type and bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitecturesIT {

  private static final List<String> TARGETS = List.of(
      "/", "/customer/0", "/customer/1", "/customer/4999", "/customer/5000",
      "/customerdata/0", "/customerdata/17", "/customerdata/4499", "/customerdata/4999",
      "/customerdata/5000", "/customerdata/999999999", "/customerdata?id=17",
      "/customerdata?id=5000", "/customerdata?id=abc", "/customerdata?id=", "/customerdata",
      "/customerdata?id=1%20OR%201=1", "/customerdata?x=1&id=2", "/customer/1?id=2",
      "/customer/", "/customerdata/", "/customerdata/-1", "/customerdata/+1",
      "/customerdata/2147483648", "/customerdata/99999999999999999999", "/customerdata/abc",
      "/customerdata/1.0", "/customerdata/%31", "/customerdata/%00", "/customerdata/1%2F2",
      "/customerdata/1;DROP%20TABLE%20Customers", "/customerdata/1'%20OR%20'1'='1",
      "/customerdata/..%2f..%2fetc%2fpasswd", "/customerdata/../customer/1", "/customerdata/1/2",
      "//customerdata/1", "/nothing", "/health", "/counts");

  private static final List<String> METHODS = List.of("POST", "PUT", "DELETE", "HEAD", "OPTIONS");

  private final Map<String, String> contract = new LinkedHashMap<>();

  @BeforeAll
  void the_embedded_one_says_what_is_right(@TempDir Path folder) {
    try (Target embedded = Target.start(folder, "--architecture", "embedded")) {
      contract.putAll(answers(embedded.address()));
    }
    assertThat(contract.get("GET /customerdata/17"))
        .startsWith("200 application/json {\"Measures\"");
    assertThat(contract.get("GET /customerdata/5000"))
        .startsWith("404 application/json {\"error\"");
    assertThat(contract.get("GET /customerdata/abc")).startsWith("400 application/json {\"error\"");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMBEDDED")
  void every_architecture_gives_the_same_answers(Architecture architecture, @TempDir Path folder) {
    needs(architecture);
    try (Target target = Target.start(folder, "--architecture", architecture.word())) {
      assertThat(answers(target.address())).containsExactlyEntriesOf(contract);
      assertThat(target.answered()).isEqualTo(contract.size());
    }
  }

  private static void needs(Architecture architecture) {
    List<String> programs = switch (architecture) {
      case EMBEDDED -> List.of();
      case THREE_TIER -> List.of("mariadbd");
      case MEMCACHED, LAMBDA -> List.of("mariadbd", "memcached");
      case LOAD_BALANCED -> List.of("mariadbd", "memcached", "haproxy");
    };
    programs.forEach(program -> Installed.assume(program, architecture.word()));
  }

  private static Map<String, String> answers(String address) {
    var answers = new LinkedHashMap<String, String>();
    for (String target : TARGETS) {
      answers.put("GET " + target, answer(address, "GET", target));
    }
    for (String method : METHODS) {
      answers.put(
          method + " /customerdata/17", answer(address, method, "/customerdata/17"));
    }
    return answers;
  }

  // The bytes as they are, so that no client tidies the path.
  private static String answer(String address, String method, String target) {
    URI uri = URI.create(address);
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout((int) Muster.PATIENCE.toMillis());
      socket.getOutputStream()
          .write(
              (method + " " + target + " HTTP/1.1\r\nHost: target\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int blank = text.indexOf("\r\n\r\n");
      String head = text.substring(0, blank);
      String type = head.lines()
          .filter(line -> line.regionMatches(true, 0, "content-type:", 0, 13))
          .map(line -> line.substring(13).strip())
          .findFirst()
          .orElse("untyped");
      return text.substring(9, 12) + " " + type + " " + text.substring(blank + 4);
    } catch (IOException | StringIndexOutOfBoundsException e) {
      throw new AssertionError(method + " " + target + " has no answer", e);
    }
  }
}
