package dev.muster.ec2;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.ssm.SsmClient;

/** How AWS is called: tried again as the SDK's adaptive mode does, and never waited for without end. */
final class AwsClients {

  private static final Duration ATTEMPT = Duration.ofSeconds(20);
  private static final Duration CALL = Duration.ofMinutes(2);
  private static final Duration UPLOAD = Duration.ofMinutes(10);

  private AwsClients() {}

  static Ec2Fleet fleet(Optional<String> wanted) {
    Region region = wanted.map(Region::of).orElseGet(AwsClients::configured);
    ClientOverrideConfiguration calls = ClientOverrideConfiguration.builder()
        .retryStrategy(AwsRetryStrategy.adaptiveRetryStrategy())
        .apiCallAttemptTimeout(ATTEMPT)
        .apiCallTimeout(CALL)
        .build();
    return new Ec2Fleet(
        region.id(),
        Ec2Client.builder()
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(calls)
            .build(),
        SsmClient.builder()
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(calls)
            .build(),
        InstantSource.system());
  }

  static DistributionBucket bucket(Optional<String> wanted) {
    Region region = wanted.map(Region::of).orElseGet(AwsClients::configured);
    return new DistributionBucket(
        S3Client.builder()
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(
                ClientOverrideConfiguration.builder()
                    .retryStrategy(AwsRetryStrategy.adaptiveRetryStrategy())
                    .apiCallAttemptTimeout(UPLOAD)
                    .apiCallTimeout(UPLOAD.multipliedBy(2))
                    .build())
            .build(),
        S3Presigner.builder().region(region).build());
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
