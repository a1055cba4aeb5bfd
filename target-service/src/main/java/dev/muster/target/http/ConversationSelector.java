package dev.muster.target.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Makes every connection a {@link Conversation} in HTTP/1.1. */
final class ConversationSelector implements ServerConnectionSelector {
  private final ServerConnectionSelector http = Http1ConnectionSelector.builder()
      .config(Http1Config.create())
      .build();
  private final Deadlines deadlines;

  ConversationSelector(Deadlines deadlines) {
    this.deadlines = deadlines;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Conversation(http, context, deadlines);
  }
}
