import { Duration, Validations, type Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Service } from '../../scripts/services/services.ts';
import { addAlarm, ALARMS, errorPercent, slowestP99 } from './alarms.ts';
import type { Environment } from './environment.ts';
import type { PlatformStack } from './platform-stack.ts';
import { DEREGISTRATION_DELAY_S } from './timings.ts';

const MAX_ERROR_PERCENT = 1;
const MAX_P99_S = 2;

export interface FrontOptions {
  readonly environment: Environment;
  readonly service: Service;
  readonly fargate: ecs.FargateService;
  readonly platform: PlatformStack;
  readonly vpc: ec2.IVpc;
  readonly alarmName: (kind: string) => string;
}

export interface Front {
  /** Tasks before and after a release take turns in them; a sandbox, whose releases end the one before, has one. */
  readonly targets: readonly elbv2.ApplicationTargetGroup[];
  readonly alarms: readonly cloudwatch.Alarm[];
}

/** Puts a service behind the load balancer: what services.json says is public of it, and nothing else. */
export function addFront(
  stack: Stack,
  { environment, service, fargate, platform, vpc, alarmName }: FrontOptions,
): Front {
  const targets = (service.kind === 'sandbox' ? ['Blue'] : ['Blue', 'Green']).map(
    (id) =>
      new elbv2.ApplicationTargetGroup(stack, id, {
        vpc,
        port: service.port,
        protocol: elbv2.ApplicationProtocol.HTTP,
        targetType: elbv2.TargetType.IP,
        deregistrationDelay: Duration.seconds(DEREGISTRATION_DELAY_S),
        healthCheck: {
          // Not /readyz: ECS makes anew what is unhealthy here, and a store that is away would make all tasks so. A task
          // listens when it has started, and ECS takes it out of the group before it tells it to end.
          path: '/livez',
          interval: Duration.seconds(10),
          timeout: Duration.seconds(5),
          healthyThresholdCount: 2,
          unhealthyThresholdCount: 3,
        },
      }),
  );
  const [blue, green] = targets;
  if (blue === undefined) throw new Error('unreachable: one was made');
  const rule = new elbv2.ApplicationListenerRule(stack, 'Rule', {
    listener: platform.listener,
    // No two services have the same paths, so that any order does; each must be another's.
    priority: service.port,
    conditions: conditionsOf(environment, service),
    action: elbv2.ListenerAction.weightedForward([
      { targetGroup: blue, weight: 100 },
      ...(green === undefined ? [] : [{ targetGroup: green, weight: 0 }]),
    ]),
  });
  fargate
    .loadBalancerTarget({
      containerName: service.name,
      containerPort: service.port,
      ...(green !== undefined && { alternateTarget: alternateTarget(stack, rule, green) }),
    })
    .attachToApplicationTargetGroup(blue);

  const topic = platform.alarmTopic;
  return {
    targets,
    // Of others the world sees pictures and pages; what they do for the graph is seen at the gateway.
    alarms:
      service.kind !== 'gateway'
        ? []
        : [
            addAlarm(stack, ALARMS.gatewayErrors, {
              name: alarmName(ALARMS.gatewayErrors),
              topic,
              metric: errorPercent(targets),
              threshold: MAX_ERROR_PERCENT,
              minutes: 3,
            }),
            addAlarm(stack, ALARMS.gatewaySlow, {
              name: alarmName(ALARMS.gatewaySlow),
              topic,
              metric: slowestP99(targets),
              threshold: MAX_P99_S,
              minutes: 5,
            }),
          ],
  };
}

/** The other target group of a release that has both versions run, and what ECS may do to shift callers to it. */
function alternateTarget(
  stack: Stack,
  rule: elbv2.ApplicationListenerRule,
  alternateTargetGroup: elbv2.ApplicationTargetGroup,
): ecs.AlternateTarget {
  const role = new iam.Role(stack, 'LoadBalancerRole', {
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
    managedPolicies: [
      iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonECSInfrastructureRolePolicyForLoadBalancers'),
    ],
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]',
    reason: "What ECS needs to shift traffic between target groups; Amazon's own policy grows with it.",
  });
  return new ecs.AlternateTarget('AlternateTarget', {
    alternateTargetGroup,
    productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule),
    role,
  });
}

function conditionsOf({ hosts }: Environment, { name, public: open }: Service): elbv2.ListenerCondition[] {
  const { paths, host = 'api' } = open ?? {};
  if (host !== 'api' && host !== 'registry')
    throw new Error(`${name} has the public name ${host}; environments know api and registry.`);
  return [
    elbv2.ListenerCondition.hostHeaders([hosts[host]]),
    ...(paths === undefined
      ? []
      : [
          elbv2.ListenerCondition.pathPatterns(paths.map((path) => (path.endsWith('/') ? `${path}*` : path))),
        ]),
  ];
}
