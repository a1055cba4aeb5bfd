package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.data.Reading;
import dev.muster.target.data.SeededCustomers;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {
  private final TargetService target = TargetService
      .start(TargetOptions.defaults().withPorts(0, 0));
  private final Client client = new Client(target.port());
  private final Client admin = new Client(target.adminPort());
  private final SeededCustomers data = new SeededCustomers();

  @AfterAll
  void stop() {
    target.close();
  }

  @BeforeAll
  void the_ports_are_chosen() {
    assertThat(target.port()).isPositive().isNotEqualTo(target.adminPort());
  }

  @Test
  void the_root_welcomes_in_plain_text() throws IOException {
    var reply = client.get("/");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.head()).contains("Content-Type: text/plain");
    assertThat(reply.body()).contains("/customerdata/");
  }

  @Test
  void a_customer_is_answered_with_id_and_names() throws IOException {
    var reply = client.get("/customer/0");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.head()).contains("Content-Type: application/json");
    assertThat(reply.body())
        .isEqualTo("{\"Id\":0,\"Surname\":\"Herrmann\",\"Givenname\":\"Alma\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2_500, 4_999})
  void the_readings_of_a_customer_are_those_of_the_data_set(int id) throws IOException {
    var reply = client.get("/customerdata/" + id);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.head()).contains("Content-Type: application/json");
    var readings = new ArrayList<Reading>();
    for (JsonNode measure : reply.json().get("Measures")) {
      assertThat(measure.propertyNames())
          .containsExactly("MeasureID", "MeasureDate", "MeasureValue");
      readings.add(new Reading(measure.get("MeasureID").asInt(),
          LocalDate.parse(measure.get("MeasureDate").asString()),
          measure.get("MeasureValue").asInt()));
    }
    assertThat(readings).isEqualTo(data.readings(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/customer/5000", "/customerdata/5000", "/customer/999999999"})
  void a_customer_that_does_not_exist_is_a_404(String path) throws IOException {
    var reply = client.get(path);
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().get("error").asString()).startsWith("there is no customer ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "99999999999999999999", "2147483648", "abc", "1.0", "0x1",
      "%31", "%00", "1%2F2", "1%20OR%201=1", "1;DROP%20TABLE%20Customers", "'", "..", "%2e%2e",
      "%D9%A1"})
  void an_id_that_is_not_a_number_is_a_400(String id) throws IOException {
    for (var path : new String[]{"/customer/", "/customerdata/"}) {
      var reply = client.get(path + id);
      assertThat(reply.status()).as(path + id).isEqualTo(400);
      assertThat(reply.json().get("error").asString()).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/customer/1 OR 1=1", "/customer/../../etc/passwd", "/../customer/1",
      "//customer/1", "/customer/1/", "/customer", "customer/1", "/customer/\u0661", "*", "/%",
      "/customer/%", "/customer/%zz", "/customer/{1}", "/customer/\u0000"})
  void a_path_that_plays_tricks_is_a_400_or_a_404(String path) throws IOException {
    var reply = client.get(path);
    assertThat(reply.status()).isIn(400, 404);
    assertThat(reply.json().get("error").asString()).isNotBlank();
  }

  @Test
  void a_query_does_not_matter() throws IOException {
    assertThat(client.get("/customer/1?id=2").body()).isEqualTo(client.get("/customer/1").body());
  }

  @Test
  void an_unknown_route_is_a_404_in_json() throws IOException {
    var reply = client.get("/nothing");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.head()).contains("Content-Type: application/json");
    assertThat(reply.json().get("error").asString()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
  void another_method_is_a_405_that_names_the_right_one(String method) throws IOException {
    for (var path : new String[]{"/", "/customer/1", "/customerdata/1"}) {
      var reply = client.ask(method, path);
      assertThat(reply.status()).as(method + " " + path).isEqualTo(405);
      assertThat(reply.head()).contains("Allow: GET");
    }
  }

  @Test
  void a_request_with_a_body_has_its_answer_whole() throws IOException {
    var body = "x".repeat(50_000);
    var reply = client.send(
        Client.request("POST", "/customer/1", "Content-Length: " + body.length() + "\r\n") + body);
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.json().get("error").asString()).contains("GET only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\n0\r\nrubbish\r\n",
      "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "Content-Length: -5\r\n\r\n",
      "Content-Length: 5000000\r\n\r\n"})
  void a_body_against_the_rules_is_refused_with_a_reason(String headersAndBody) throws IOException {
    var reply = client.send("POST /customer/1 HTTP/1.1\r\nHost: target\r\n" + headersAndBody);
    assertThat(reply.status()).isIn(400, 413);
    assertThat(reply.json().get("error").asString()).isNotBlank();
  }

  @Test
  void the_service_says_that_it_is_up_on_the_other_port_only() throws IOException {
    assertThat(admin.get("/health").body()).isEqualTo("{\"status\":\"up\"}");
    assertThat(client.get("/health").status()).isEqualTo(404);
    assertThat(admin.get("/customer/1").status()).isEqualTo(404);
    assertThat(admin.get("/counts/reset").head()).contains(" 405 ", "Allow: POST");
  }

  @Test
  void two_starts_give_the_same_answers() throws IOException {
    try (var other = TargetService.start(TargetOptions.defaults().withPorts(0, 0))) {
      var otherClient = new Client(other.port());
      for (int id = 0; id < SeededCustomers.CUSTOMERS; id += 97) {
        for (var path : new String[]{"/customer/" + id, "/customerdata/" + id}) {
          assertThat(otherClient.get(path).body()).isEqualTo(client.get(path).body());
        }
      }
    }
  }
}
