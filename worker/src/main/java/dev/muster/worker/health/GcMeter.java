package dev.muster.worker.health;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Notices when the process stands still to collect garbage. With the serial and the parallel collector
 * each collection is one pause; G1 tells its pauses in the same way, and ZGC has beans of their own for
 * them. The JVM tells whole milliseconds.
 */
final class GcMeter implements AutoCloseable {

  private final Pauses pauses;
  private final List<NotificationEmitter> collectors = new ArrayList<>();
  private final NotificationListener listener = (notification, _) -> heard(notification);

  /** Listens until it is closed; tells {@code pauses}. */
  GcMeter(Pauses pauses) {
    this.pauses = pauses;
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (standsStill(collector.getName()) && collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(listener, null, null);
        collectors.add(emitter);
      }
    }
  }

  /** ZGC's cycles and Shenandoah's run beside the program. */
  private static boolean standsStill(String collector) {
    return !collector.endsWith("Cycles");
  }

  private void heard(Notification notification) {
    if (notification.getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)
        && notification.getUserData() instanceof CompositeData data) {
      long millis = GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration();
      // The JVM tells at once. Its own end of the pause is on a clock that does not begin with ours.
      pauses.add(System.nanoTime(), millis * 1_000_000);
    }
  }

  @Override
  public void close() {
    for (NotificationEmitter collector : collectors) {
      try {
        collector.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException("a listener was removed by somebody else", e);
      }
    }
    collectors.clear();
  }
}
