package dev.muster.deploy.kubernetes;

import dev.muster.deploy.spawn.FleetName;
import dev.muster.deploy.spawn.Joining;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * The objects of one launch: a Secret with the join token, and an Indexed Job of workers, which is that of
 * deploy/kubernetes/base but for what an order says. Both have the same name and the label of the fleet.
 *
 * @param name that nothing has had before
 */
record JobManifest(
    FleetName fleet, String name, String image, int count, Duration ttl, Joining joining) {

  /** The label of all that belongs to a fleet. */
  static final String FLEET_LABEL = "muster.dev/fleet";

  private static final String TEMPLATE = "worker.yaml";

  /** What the template says of a worker, and an order says otherwise. */
  private static final List<String> OF_THE_ORDER = List.of("worker", "--join=");

  /** As YAML. Holds the token, which is a secret. */
  String text() {
    var dump = new Dump(
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setExplicitStart(true)
            .build());
    return dump.dumpToString(secret()) + dump.dumpToString(job());
  }

  private Map<String, Object> secret() {
    var secret = new LinkedHashMap<String, Object>();
    secret.put("apiVersion", "v1");
    secret.put("kind", "Secret");
    secret.put("metadata", metadata());
    secret.put("immutable", true);
    secret.put("stringData", Map.of("token", joining.token()));
    return secret;
  }

  private Map<String, Object> metadata() {
    var labels = new LinkedHashMap<String, Object>();
    labels.put("app.kubernetes.io/name", "muster");
    labels.put("app.kubernetes.io/component", "worker");
    labels.put("app.kubernetes.io/part-of", "muster");
    labels.put(FLEET_LABEL, fleet.text());
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("name", name);
    metadata.put("labels", labels);
    return metadata;
  }

  private Map<String, Object> job() {
    Map<String, Object> job = template();
    job.put("metadata", metadata());
    Map<String, Object> spec = map(job, "spec");
    spec.put("completions", count);
    spec.put("parallelism", count);
    // The token admits each name once: in place of one that fails, spawn launches another.
    spec.put("backoffLimitPerIndex", 0);
    spec.remove("podFailurePolicy");
    spec.put("activeDeadlineSeconds", ttl.toSeconds());
    Map<String, Object> template = map(spec, "template");
    map(map(template, "metadata"), "labels").put(FLEET_LABEL, fleet.text());
    Map<String, Object> pod = map(template, "spec");
    Map<String, Object> worker = maps(pod, "containers").getFirst();
    worker.put("image", image);
    worker.put("args", arguments(worker));
    for (Map<String, Object> volume : maps(pod, "volumes")) {
      if (volume.containsKey("secret")) {
        map(volume, "secret").put("secretName", name);
      }
    }
    return job;
  }

  private List<Object> arguments(Map<String, Object> worker) {
    var arguments = new ArrayList<Object>(joining.arguments(ttl));
    list(worker, "args").stream()
        .filter(each -> OF_THE_ORDER.stream().noneMatch(each.toString()::startsWith))
        .forEach(arguments::add);
    return arguments;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> template() {
    try (InputStream text = Objects.requireNonNull(
        JobManifest.class.getResourceAsStream(TEMPLATE))) {
      return (Map<String, Object>) new Load(LoadSettings.builder().build())
          .loadFromInputStream(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<String, Object> in, String key) {
    return (Map<String, Object>) Objects.requireNonNull(in.get(key), key);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<String, Object> in, String key) {
    return (List<Object>) Objects.requireNonNull(in.get(key), key);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> maps(Map<String, Object> in, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(in.get(key), key);
  }
}
