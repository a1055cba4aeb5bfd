package dev.muster.ec2;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The policy of IAM that allows all that Muster needs, and no more. */
public final class Policy {

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .build();

  private Policy() {}

  /** As JSON, for fleets that use {@code extras} too, and for the part of AWS that {@code region} is in. */
  public static String text(String region, Extras extras) {
    return allowing(AwsAction.all(extras), region);
  }

  /** The same, of these actions alone. */
  static String allowing(Collection<AwsAction> actions, String region) {
    String arn = "arn:" + PartitionMetadata.of(Region.of(region)).id() + ":";
    var root = new LinkedHashMap<String, Object>();
    root.put("Version", "2012-10-17");
    root.put(
        "Statement", statements(actions).stream().map(each -> each.json(arn)).toList());
    return JSON.writeValueAsString(root);
  }

  private record Statement(
      String id, Grant.When when, Collection<String> actions, Collection<String> resources) {

    Map<String, Object> json(String arn) {
      var json = new LinkedHashMap<String, Object>();
      json.put("Sid", id);
      json.put("Effect", "Allow");
      json.put("Action", actions);
      json.put(
          "Resource",
          resources.stream().map(each -> each.equals("*") ? each : arn + each).toList());
      if (!when.condition().isEmpty()) {
        json.put("Condition", when.condition());
      }
      return json;
    }
  }

  /** One for all resources on which the same is allowed under the same condition. */
  private static List<Statement> statements(Collection<AwsAction> actions) {
    var byResource = new EnumMap<Grant.When, Map<String, TreeSet<String>>>(Grant.When.class);
    for (AwsAction action : actions) {
      for (Grant grant : action.grants()) {
        for (String resource : grant.resources()) {
          byResource.computeIfAbsent(grant.when(), _ -> new TreeMap<>())
              .computeIfAbsent(resource, _ -> new TreeSet<>())
              .add(action.id());
        }
      }
    }
    var statements = new ArrayList<Statement>();
    byResource.forEach((when, allowed) -> {
      var byActions = new LinkedHashMap<TreeSet<String>, List<String>>();
      allowed.forEach(
          (resource, ids) -> byActions.computeIfAbsent(ids, _ -> new ArrayList<>()).add(resource));
      byActions.forEach(
          (ids, resources) -> statements.add(
              new Statement(
                  "Muster" + (statements.size() + 1), when, ids, resources)));
    });
    return statements;
  }
}
