package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.process.ReservedPorts;
import dev.muster.target.store.CustomerSource;
import dev.muster.target.store.DatabaseOptions;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DatabaseStartTest {
  @AutoClose
  private final ReservedPorts ports = new ReservedPorts();

  @Test
  void a_database_that_is_not_there_is_one_sentence_without_the_password() throws IOException {
    int free = ports.any();
    var source = new CustomerSource.Database(
        new DatabaseOptions("jdbc:mariadb://127.0.0.1:" + free + "/customers", "muster", "guarded",
            DatabaseOptions.POOL_SIZE, DatabaseOptions.TIMEOUT));
    assertThatThrownBy(
        () -> TargetService.start(TargetOptions.defaults().withPorts(0, 0).withSource(source)))
        .isInstanceOf(TargetException.class)
        .hasMessage(
            "no database answers at 127.0.0.1:" + free + "; start one there, or name another");
  }
}
