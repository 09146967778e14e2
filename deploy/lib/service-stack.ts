import { CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import type { Service } from '../../scripts/services/services.ts';
import { addAlarm, ALARMS } from './alarms.ts';
import type { Environment } from './environment.ts';
import { addFront, type Front } from './front.ts';
import { addGatewayAlarms } from './gateway-alarms.ts';
import type { PlatformStack } from './platform-stack.ts';
import { addScaling } from './scaling.ts';
import type { StateStack } from './state-stack.ts';
import { createTask, type TaskOptions } from './task.ts';
import { addTelemetry, TELEMETRY_MEMORY_MIB } from './telemetry.ts';
import { SERVICE_CONNECT_REQUEST_TIMEOUT_S } from './timings.ts';

export interface ServiceProps
  extends StackProps, Pick<TaskOptions, 'environment' | 'service' | 'size' | 'store'> {
  readonly platform: PlatformStack;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  /** Of the cache that gateways share. */
  readonly cacheUrl: string;
  /** Those that the gateway asks. */
  readonly subgraphs: readonly Service[];
  /** What services keep that have no store. */
  readonly state: StateStack;
}

/**
 * A service on Fargate. The gateway is behind the load balancer and gets new versions a tenth of its callers first;
 * the others are reached by name through Service Connect and are exchanged as a whole, because two versions of a
 * subgraph that answer one graph at a time are no canary. A sandbox is away for a moment when it gets a new version: two
 * tasks would write one set of books.
 */
export class ServiceStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { environment, service, size, store, platform, ...props }: ServiceProps,
  ) {
    super(scope, id, props);
    const isGateway = service.kind === 'gateway';
    const isSingle = service.kind === 'sandbox';
    const task = createTask(this, {
      environment,
      service,
      size,
      store,
      repository: platform.repository(service.name),
      command: isGateway ? ['--config', '/run/secrets/gateway.yaml'] : ['serve'],
      ...(isGateway && {
        ...gatewayOptions(this, props.cacheUrl),
        reservedMemoryMiB: TELEMETRY_MEMORY_MIB,
      }),
      ...(service.state && { state: props.state.volumeOf(service.name) }),
    });
    if (service.state) props.state.grantTo(service.name, task);
    if (isGateway) {
      addTelemetry(this, environment, task);
      addGatewayAlarms(this, platform.alarmTopic, props.subgraphs, (kind) => `${id}-${kind}`);
    }
    const alarmName = (kind: string): string => `${id}-${kind}`;
    const deploymentAlarms = isGateway ? [ALARMS.gatewayErrors, ALARMS.gatewaySlow] : [ALARMS.tasksMissing];
    const fargate = new ecs.FargateService(this, 'Service', {
      cluster: platform.cluster,
      serviceName: service.name,
      taskDefinition: task,
      // Of what scales it is the scaling's: CloudFormation sets it again with each release, whatever the load has asked for.
      ...(isSingle && { desiredCount: 1 }),
      minHealthyPercent: isSingle ? 0 : 100,
      maxHealthyPercent: isSingle ? 100 : 200,
      securityGroups: [props.securityGroup],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      assignPublicIp: false,
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      // It would start a second task before it ends the first.
      availabilityZoneRebalancing: isSingle
        ? ecs.AvailabilityZoneRebalancing.DISABLED
        : ecs.AvailabilityZoneRebalancing.ENABLED,
      circuitBreaker: { enable: true, rollback: true },
      deploymentAlarms: {
        alarmNames: deploymentAlarms.map(alarmName),
        behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
      },
      ...strategyOf(service, environment),
      ...(service.public !== undefined && { healthCheckGracePeriod: Duration.seconds(120) }),
      serviceConnectConfiguration: {
        services: isGateway
          ? []
          : [
              {
                portMappingName: service.name,
                dnsName: service.name,
                port: service.port,
                perRequestTimeout: Duration.seconds(SERVICE_CONNECT_REQUEST_TIMEOUT_S),
              },
            ],
      },
    });

    const { alarmTopic: topic } = platform;
    const cluster = { ClusterName: platform.cluster.clusterName, ServiceName: service.name };
    const insight = (metricName: string, statistic: string): cloudwatch.Metric =>
      new cloudwatch.Metric({
        namespace: 'ECS/ContainerInsights',
        metricName,
        dimensionsMap: cluster,
        statistic,
        period: Duration.minutes(1),
      });
    const alarms = [
      addAlarm(this, ALARMS.tasksMissing, {
        name: alarmName(ALARMS.tasksMissing),
        topic,
        // Less than are wanted, too: a new service wants one task until its scaling has been made.
        metric: new cloudwatch.MathExpression({
          expression: `IF(desired < ${size.minTasks}, desired, ${size.minTasks}) - FILL(running, 0)`,
          usingMetrics: {
            desired: insight('DesiredTaskCount', cloudwatch.Stats.MINIMUM),
            running: insight('RunningTaskCount', cloudwatch.Stats.MINIMUM),
          },
          period: Duration.minutes(1),
          label: 'tasks that are missing',
        }),
        threshold: 0,
        minutes: 5,
      }),
    ];
    addAlarm(this, ALARMS.memoryHigh, {
      name: alarmName(ALARMS.memoryHigh),
      topic,
      metric: fargate.metricMemoryUtilization({
        statistic: cloudwatch.Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 90,
      minutes: 10,
    });
    let front: Front | undefined;
    if (service.public !== undefined) {
      front = addFront(this, { environment, service, fargate, platform, vpc: props.vpc, alarmName });
      alarms.push(...front.alarms);
    }
    fargate.node.addDependency(...alarms.filter(({ alarmName: name }) => name !== ''));
    if (!isSingle) addScaling(this, fargate, size, isGateway ? (front?.targets ?? []) : []);
  }
}

function strategyOf(
  { kind }: Service,
  { bakeMinutes, canaryMinutes }: Environment,
): Pick<ecs.FargateServiceProps, 'bakeTime' | 'canaryConfiguration' | 'deploymentStrategy'> {
  if (kind === 'sandbox') return { deploymentStrategy: ecs.DeploymentStrategy.ROLLING };
  const bakeTime = Duration.minutes(bakeMinutes);
  if (kind !== 'gateway') return { bakeTime, deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN };
  return {
    bakeTime,
    deploymentStrategy: ecs.DeploymentStrategy.CANARY,
    canaryConfiguration: { stepPercent: 10, stepBakeTime: Duration.minutes(canaryMinutes) },
  };
}

/** Where its supergraph comes from is said when it is deployed: this project's registry, or GraphOS. */
function gatewayOptions(stack: Stack, cacheUrl: string): Pick<TaskOptions, 'settings' | 'files'> {
  const graph = new CfnParameter(stack, 'GraphRef', {
    description: 'Graph and variant whose supergraph is served: tributary@prod',
    allowedPattern: '[A-Za-z][A-Za-z0-9_-]*@[A-Za-z0-9_-]+',
  });
  const uplink = new CfnParameter(stack, 'UplinkEndpoint', {
    description: 'Registry that has the supergraph',
    default: 'http://registry:4010/uplink',
  });
  const usage = new CfnParameter(stack, 'UsageEndpoint', {
    description: 'Registry that is told which operations ran',
    default: 'http://registry:4010/api/ingress/traces',
  });
  const values = {
    GRAPH_REF: graph.valueAsString,
    UPLINK_ENDPOINT: uplink.valueAsString,
    USAGE_ENDPOINT: usage.valueAsString,
    REDIS_URL: cacheUrl,
  };
  const config = Object.entries(values).reduce(
    (text, [name, value]) => text.replace(`{{${name}}}`, value),
    readFileSync(join(import.meta.dirname, 'gateway.yaml'), 'utf8').replace(/^#.*\n/gm, ''),
  );
  return {
    settings: { NODE_OPTIONS: '--max-semi-space-size=32' },
    files: { 'gateway.yaml': config },
  };
}
