package dev.muster.ec2;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/** How AWS is called: tried again as the SDK's adaptive mode does, and never waited for without end. */
final class AwsClients {

  private static final Duration ATTEMPT = Duration.ofSeconds(20);
  private static final Duration CALL = Duration.ofMinutes(2);
  private static final Duration UPLOAD = Duration.ofMinutes(10);

  /** Prices of all regions are told in few, of which this is one. */
  private static final Region PRICES = Region.US_EAST_1;

  private AwsClients() {}

  static Ec2Fleet fleet(Optional<String> wanted) {
    Region region = region(wanted);
    return new Ec2Fleet(
        region.id(), called(Ec2Client.builder(), region), called(SsmClient.builder(), region),
        InstantSource.system());
  }

  static DistributionBucket bucket(Optional<String> wanted) {
    Region region = region(wanted);
    return new DistributionBucket(
        called(S3Client.builder(), region, UPLOAD, UPLOAD.multipliedBy(2)),
        S3Presigner.builder().region(region).build());
  }

  static PricingClient pricing() {
    return called(PricingClient.builder(), PRICES);
  }

  static Account account(Optional<String> wanted) {
    Region region = region(wanted);
    return new Account(
        region.id(), called(Ec2Client.builder(), region), called(SsmClient.builder(), region),
        called(StsClient.builder(), region), called(ServiceQuotasClient.builder(), region),
        pricing(), called(S3Client.builder(), region));
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C called(
      B builder, Region region) {
    return called(builder, region, ATTEMPT, CALL);
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C called(
      B builder, Region region, Duration attempt, Duration call) {
    return builder.region(region)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(AwsRetryStrategy.adaptiveRetryStrategy())
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(call)
                .build())
        .build();
  }

  /** @throws Ec2Problem if none is wanted, and the settings have none */
  static Region region(Optional<String> wanted) {
    return wanted.map(Region::of).orElseGet(AwsClients::configured);
  }

  private static Region configured() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      throw Ec2Problem.of(
          "No region is set.\n  Name one with --region, or set AWS_REGION.");
    }
  }
}
