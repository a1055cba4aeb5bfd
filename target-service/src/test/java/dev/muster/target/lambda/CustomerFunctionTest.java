package dev.muster.target.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.api.CustomerApi;
import dev.muster.target.api.Request;
import dev.muster.target.data.SeededCustomers;
import dev.muster.target.store.CustomerStore;
import dev.muster.target.store.MemoryStore;
import dev.muster.target.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.crac.Core;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CustomerFunctionTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final CustomerFunction FUNCTION = new CustomerFunction(Map.of());

  @ParameterizedTest
  @ValueSource(strings = {"/", "/customer/0", "/customerdata/4999", "/customerdata?id=42",
      "/customerdata?x=1&id=42&id=43", "/customer/5000", "/customer/abc", "/customer/-1",
      "/customer/", "/customer/1234567890", "/customerdata", "/customerdata?id=", "/customer/1/2",
      "/customer/../customer/1", "/customer/%31", "/customer/1%2f2", "/customer/١",
      "/customer/1'%20OR%20'1'='1", "/customer/1;drop", "/customer/\"\\\u0001", "//customer/1",
      "*"})
  void every_target_is_answered_as_in_all_architectures(String target) throws Exception {
    for (String method : new String[]{"GET", "POST", "HEAD", "DELETE", "UNHEARD"}) {
      var request = Request.of(method, target);
      var expected = new CustomerApi(new MemoryStore(new SeededCustomers())).answer(request);
      byte[] response = FUNCTION.answer(GatewayEvent.write(request, "1", 0));
      var answer = GatewayResponse.read(response, CustomerApi.routeOf(request.path()));
      assertThat(answer.body()).as(method).isEqualTo(expected.body());
      assertThat(answer.status()).as(method).isEqualTo(expected.status());
      assertThat(answer.contentType()).as(method).isEqualTo(expected.contentType());
      assertThat(answer.allow()).as(method).isEqualTo(expected.allow());
      assertThat(answer.route()).as(method).isEqualTo(expected.route());
    }
  }

  @ParameterizedTest
  @CsvSource({"$default,''", "production,production/"})
  void an_event_of_aws_is_understood_at_every_stage(String stage, String prefix) throws Exception {
    var response = JSON.readTree(FUNCTION.answer(bytes(eventOfAws(prefix, stage))));
    assertThat(response.get("statusCode").asInt()).isEqualTo(200);
    assertThat(response.get("headers").get("content-type").asString())
        .isEqualTo("application/json");
    assertThat(response.get("isBase64Encoded").asBoolean()).isFalse();
    var readings = new MemoryStore(new SeededCustomers()).readings(7).orElseThrow();
    assertThat(response.get("body").asString().getBytes(StandardCharsets.UTF_8))
        .isEqualTo(readings);
  }

  @Test
  void another_method_is_told_which_one_there_is() throws Exception {
    var event = GatewayEvent.write(Request.of("PUT", "/customer/1"), "1", 0);
    var response = JSON.readTree(FUNCTION.answer(event));
    assertThat(response.get("statusCode").asInt()).isEqualTo(405);
    assertThat(response.get("headers").get("allow").asString()).isEqualTo("GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "nonsense", "{\"rawPath\":\"/\"}",
      "{\"version\":\"1.0\",\"path\":\"/customer/1\",\"httpMethod\":\"GET\",\"requestContext\":{}}",
      "{\"rawPath\":\"/\",\"requestContext\":null}"})
  void an_event_of_another_format_is_refused_with_a_word(String event) {
    assertThatThrownBy(() -> FUNCTION.answer(bytes(event)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("the event (has no rawPath .* payload format 2.0|is not JSON)");
  }

  @Test
  void an_event_says_all_that_every_event_of_an_http_api_says() throws Exception {
    var event = JSON
        .readTree(GatewayEvent.write(Request.of("GET", "/a?b=c"), "77", 1583348638390L));
    assertThat(event.get("version").asString()).isEqualTo("2.0");
    assertThat(event.get("rawPath").asString()).isEqualTo("/a");
    assertThat(event.get("rawQueryString").asString()).isEqualTo("b=c");
    var context = event.get("requestContext");
    assertThat(context.get("http").get("method").asString()).isEqualTo("GET");
    assertThat(context.get("stage").asString()).isEqualTo("$default");
    assertThat(context.get("requestId").asString()).isEqualTo("77");
    assertThat(context.get("time").asString()).isEqualTo("04/Mar/2020:19:03:58 +0000");
    assertThat(context.get("timeEpoch").asLong()).isEqualTo(1583348638390L);
  }

  @Test
  void a_response_that_is_none_or_an_error_is_told_apart() {
    assertThatThrownBy(() -> GatewayResponse.read(bytes("{\"errorType\":\"Sad\"}"), "/"))
        .hasMessage("the function failed with Sad");
    assertThatThrownBy(() -> GatewayResponse.read(bytes("\"hello\""), "/"))
        .hasMessage("the function's response has no statusCode");
    assertThatThrownBy(() -> GatewayResponse.read(bytes(""), "/")).isInstanceOf(IOException.class);
  }

  @Test
  void connections_are_closed_before_a_snapshot_and_opened_anew_after_it() throws Exception {
    var opened = new AtomicInteger();
    var closed = new AtomicInteger();
    var function = new CustomerFunction(
        new ReopenedStore(() -> new Remote(opened.incrementAndGet(), closed)));
    assertThat(opened).hasValue(1);
    function.beforeCheckpoint(Core.getGlobalContext());
    assertThat(closed).hasValue(1);
    function.afterRestore(Core.getGlobalContext());
    assertThat(opened).hasValue(2);
    assertThat(body(function)).isEqualTo("{\"from\":2}");
    assertThat(opened).hasValue(2);
  }

  @Test
  void a_database_that_is_away_at_the_start_is_a_503_until_it_is_back() throws Exception {
    var asked = new AtomicInteger();
    var function = new CustomerFunction(new ReopenedStore(() -> {
      if (asked.incrementAndGet() < 3) {
        throw new StoreException("refused");
      }
      return new Remote(asked.get(), new AtomicInteger());
    }));
    assertThat(body(function)).isEqualTo("{\"error\":\"the customers cannot be read now\"}");
    assertThat(body(function)).isEqualTo("{\"from\":3}");
  }

  @Test
  void variables_that_do_not_fit_fail_the_start() {
    assertThatThrownBy(() -> new CustomerFunction(Map.of("MUSTER_CACHE", "127.0.0.1:1")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("MUSTER_CACHE is set without MUSTER_DB_URL");
  }

  private static String body(CustomerFunction function) throws IOException {
    byte[] event = GatewayEvent.write(Request.of("GET", "/customer/1"), "1", 0);
    return JSON.readTree(function.answer(event)).get("body").asString();
  }

  // As the developer guide of API Gateway shows it, with all fields that our own gateway leaves out.
  private static String eventOfAws(String prefix, String stage) {
    return """
        {"version":"2.0","routeKey":"$default","rawPath":"/%1$scustomerdata","rawQueryString":"x=1&id=7",
         "cookies":["cookie1","cookie2"],"headers":{"header1":"value1","rawPath":"/no"},
         "queryStringParameters":{"x":"1","id":"7"},
         "requestContext":{"accountId":"123456789012","apiId":"api-id",
          "authentication":{"clientCert":{"subjectDN":"www.example.com","validity":{"notAfter":"2021"}}},
          "authorizer":{"jwt":{"claims":{"method":"POST"},"scopes":["scope1"]}},
          "domainName":"id.execute-api.us-east-1.amazonaws.com","domainPrefix":"id",
          "http":{"method":"GET","path":"/%1$scustomerdata","protocol":"HTTP/1.1",
           "sourceIp":"192.0.2.1","userAgent":"agent"},
          "requestId":"id","routeKey":"$default","stage":"%2$s",
          "time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1583348638390},
         "body":null,"pathParameters":{"parameter1":"value1"},"isBase64Encoded":false,
         "stageVariables":{"method":"POST"}}"""
        .formatted(prefix, stage);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A store elsewhere, which says which of several it is. */
  private record Remote(int number, AtomicInteger closed) implements CustomerStore {
    @Override
    public Optional<byte[]> customer(int id) {
      return Optional.of(bytes("{\"from\":" + number + "}"));
    }

    @Override
    public Optional<byte[]> readings(int customerId) {
      return customer(customerId);
    }

    @Override
    public boolean waits() {
      return true;
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
