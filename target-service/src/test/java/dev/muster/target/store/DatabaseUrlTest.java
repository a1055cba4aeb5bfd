package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "127.0.0.1:3306/customers", "jdbc:mysql://127.0.0.1/customers",
      "jdbc:h2:mem:customers", "jdbc:mariadb://127.0.0.1:3306/", "jdbc:mariadb://127.0.0.1",
      "jdbc:mariadb://127.0.0.1:port/customers", "jdbc:mariadb:///customers", "jdbc:mariadb:"})
  void a_url_of_another_form_is_shown_with_the_right_form(String url) {
    assertThatThrownBy(() -> MariaDbStore.open(options(url))).isInstanceOf(StoreException.class)
        .hasMessageStartingWith("the database URL must be like jdbc:mariadb://host:port/database")
        .hasMessageContaining("(was " + url + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?password=secret", "?user=me&Password=secret",
      "?sslMode=trust&trustStorePassword=secret"})
  void a_password_in_the_url_is_refused_and_not_shown(String end) {
    var options = options("jdbc:mariadb://127.0.0.1:3306/customers" + end);
    assertThat(options.toString()).doesNotContain("secret", "guarded");
    assertThatThrownBy(() -> MariaDbStore.open(options)).isInstanceOf(StoreException.class)
        .hasMessageContaining("may not hold a password")
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_port_may_be_left_out() {
    assertThat(DatabaseServer.of(options("jdbc:mariadb://db.example/customers?sslMode=trust")))
        .extracting(DatabaseServer::address, DatabaseServer::database)
        .containsExactly("db.example:3306", "customers");
  }

  private static DatabaseOptions options(String url) {
    return new DatabaseOptions(url, "muster", "guarded", 1, Duration.ofMillis(500));
  }
}
