package dev.muster.target;

import java.util.concurrent.CountDownLatch;

/** One process of the API, as the command line would start it. */
final class ApiProcessMain {
  private ApiProcessMain() {}

  /** Takes {@code --port N --admin-port M}. */
  public static void main(String[] args) throws InterruptedException {
    var options = TargetOptions.defaults()
        .withPorts(Integer.parseInt(args[1]), Integer.parseInt(args[3]))
        .withKeepAlive(true);
    var service = TargetService.start(options);
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    new CountDownLatch(1).await();
  }
}
