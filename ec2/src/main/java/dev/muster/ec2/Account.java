package dev.muster.ec2;

import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/** An account in a region, by all services of AWS that Muster calls. */
record Account(
    String region, Ec2Client ec2, SsmClient ssm, StsClient sts, ServiceQuotasClient quotas,
    PricingClient pricing, S3Client s3) implements AutoCloseable {

  @Override
  public void close() {
    ec2.close();
    ssm.close();
    sts.close();
    quotas.close();
    pricing.close();
    s3.close();
  }
}
