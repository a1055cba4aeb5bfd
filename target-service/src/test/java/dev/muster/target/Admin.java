package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** The other port: counts to look at, faults to set. */
record Admin(Client client) {
  Admin(int port) {
    this(new Client(port));
  }

  void set(String faults) throws IOException {
    assertThat(client.ask("PUT", "/faults?" + faults).status()).isEqualTo(200);
  }

  JsonNode counts() throws IOException {
    return client.get("/counts").json();
  }

  int faults(String name) throws IOException {
    return counts().get("faults").get(name).asInt();
  }

  /** Waits until so many are counted; for how long, the test's timeout says. */
  void await(String fault, int count) throws IOException {
    while (faults(fault) != count) {
      assertThat(Thread.interrupted()).as("waiting for %s %s", count, fault).isFalse();
    }
  }
}
