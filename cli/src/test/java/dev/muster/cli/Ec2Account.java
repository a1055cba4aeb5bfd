package dev.muster.cli;

import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;

/** What somebody has in the account at EC2's stand-in who uses no Muster for it: groups, and an instance. */
final class Ec2Account implements AutoCloseable {

  private static final IpPermission ALL = IpPermission.builder()
      .ipProtocol("-1")
      .ipRanges(IpRange.builder().cidrIp("0.0.0.0/0").build())
      .build();

  private final Ec2Client ec2;

  Ec2Account(Ec2 standIn) {
    ec2 = Ec2Client.builder()
        .endpointOverride(standIn.standIn())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("somebody", "secret")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  /** A new security group, as EC2 makes them: nobody is let in, and all is let out. */
  String group(String name) {
    return ec2.createSecurityGroup(request -> request.groupName(name).description("a test's"))
        .groupId();
  }

  /** From now on the members of a group reach nothing. */
  void keepIn(String group) {
    var _ = ec2
        .revokeSecurityGroupEgress(request -> request.groupId(group).ipPermissions(List.of(ALL)));
  }

  /** The members of a group reach a port of whoever is in a network. */
  void letOut(String group, String network, int port) {
    var _ = ec2.authorizeSecurityGroupEgress(
        request -> request.groupId(group).ipPermissions(tcp(network, port)));
  }

  /** Whoever is in a network reaches a port of the members of a group. */
  void letIn(String group, String network, int port) {
    var _ = ec2.authorizeSecurityGroupIngress(
        request -> request.groupId(group).ipPermissions(tcp(network, port)));
  }

  /** Takes that back. */
  void letInNoMore(String group, String network, int port) {
    var _ = ec2.revokeSecurityGroupIngress(
        request -> request.groupId(group).ipPermissions(tcp(network, port)));
  }

  private static IpPermission tcp(String network, int port) {
    return IpPermission.builder()
        .ipProtocol("tcp")
        .fromPort(port)
        .toPort(port)
        .ipRanges(IpRange.builder().cidrIp(network).build())
        .build();
  }

  /** An instance in a group, which does nothing by itself. */
  String launch(String group) {
    String image = ec2.describeImages(
        request -> request.owners("amazon")
            .filters(Filter.builder().name("architecture").values("x86_64").build()))
        .images()
        .getFirst()
        .imageId();
    return ec2.runInstances(
        request -> request.imageId(image)
            .instanceType(InstanceType.C7_I_LARGE)
            .securityGroupIds(group)
            .minCount(1)
            .maxCount(1))
        .instances()
        .getFirst()
        .instanceId();
  }

  @Override
  public void close() {
    ec2.close();
  }
}
