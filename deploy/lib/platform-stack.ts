import { Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Service } from '../../scripts/services/services.ts';
import type { Environment } from './environment.ts';
import { ALB_IDLE_TIMEOUT_S } from './timings.ts';
import { addFirewall } from './firewall.ts';

const KEPT_IMAGES = 50;

export interface PlatformProps extends StackProps {
  readonly environment: Environment;
  readonly services: readonly Service[];
  readonly vpc: ec2.IVpc;
  readonly loadBalancerGroup: ec2.ISecurityGroup;
}

/** What all services share: the cluster, the way in, repositories of images, where alarms go. */
export class PlatformStack extends Stack {
  readonly cluster: ecs.Cluster;
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly listener: elbv2.ApplicationListener;
  readonly alarmTopic: sns.Topic;
  private readonly repositories = new Map<string, ecr.Repository>();

  constructor(
    scope: Construct,
    id: string,
    { environment, services, vpc, loadBalancerGroup, ...props }: PlatformProps,
  ) {
    super(scope, id, props);
    const removalPolicy = environment.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const key = new kms.Key(this, 'Key', {
      description: 'Alarms',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: `tributary-${environment.name}`,
      vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
      defaultCloudMapNamespace: { name: `tributary-${environment.name}`, useForServiceConnect: true },
    });
    for (const { name } of services) {
      this.repositories.set(
        name,
        new ecr.Repository(this, `Images-${name}`, {
          repositoryName: `tributary-${environment.name}/${name}`,
          imageTagMutability: ecr.TagMutability.IMMUTABLE,
          imageScanOnPush: true,
          lifecycleRules: [{ maxImageCount: KEPT_IMAGES }],
          removalPolicy: RemovalPolicy.RETAIN,
        }),
      );
    }

    const accessLogs = new s3.Bucket(this, 'AccessLogs', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const certificateArn = new CfnParameter(this, 'CertificateArn', {
      description: 'Certificate of the public name, in this region',
      allowedPattern: 'arn:[a-z-]+:acm:.+',
    });
    this.loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: true,
      securityGroup: loadBalancerGroup,
      idleTimeout: Duration.seconds(ALB_IDLE_TIMEOUT_S),
      dropInvalidHeaderFields: true,
      deletionProtection: !environment.isDisposable,
    });
    this.loadBalancer.logAccessLogs(accessLogs);
    this.listener = this.loadBalancer.addListener('Https', {
      port: 443,
      protocol: elbv2.ApplicationProtocol.HTTPS,
      certificates: [acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn.valueAsString)],
      sslPolicy: elbv2.SslPolicy.TLS13_RES,
      open: false,
      defaultAction: elbv2.ListenerAction.fixedResponse(404, { contentType: 'text/plain' }),
    });
    addFirewall(this, this.loadBalancer.loadBalancerArn);
    this.alarmTopic = new sns.Topic(this, 'Alarms', { masterKey: key, enforceSSL: true });
    // Neither its policy nor the key's lets anybody publish by itself, and CloudWatch says nothing when it may not.
    const alarms = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    });
    this.alarmTopic.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sns:Publish'],
        principals: [alarms],
        resources: [this.alarmTopic.topicArn],
      }),
    );
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        principals: [alarms],
        resources: ['*'],
      }),
    );

    Validations.of(accessLogs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the access logs; logging access to them would be logging without end.',
    });
  }

  repository(name: string): ecr.Repository {
    const repository = this.repositories.get(name);
    if (repository === undefined) throw new Error(`There is no repository for ${name}.`);
    return repository;
  }
}
