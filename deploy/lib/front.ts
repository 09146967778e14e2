import { Duration, Validations, type Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Service } from '../../scripts/services/services.ts';
import { addAlarm, ALARMS, errorPercent, slowestP99 } from './alarms.ts';
import type { PlatformStack } from './platform-stack.ts';
import { DEREGISTRATION_DELAY_S } from './timings.ts';

const MAX_ERROR_PERCENT = 1;
const MAX_P99_S = 2;

export interface FrontOptions {
  readonly service: Service;
  readonly fargate: ecs.FargateService;
  readonly platform: PlatformStack;
  readonly vpc: ec2.IVpc;
  readonly alarmName: (kind: string) => string;
}

export interface Front {
  /** Tasks before and after a release take turns in them. */
  readonly targets: readonly elbv2.ApplicationTargetGroup[];
  readonly alarms: readonly cloudwatch.Alarm[];
}

/** Puts a service behind the load balancer: /graphql and nothing else. */
export function addFront(stack: Stack, { service, fargate, platform, vpc, alarmName }: FrontOptions): Front {
  const [blue, green] = ['Blue', 'Green'].map(
    (id) =>
      new elbv2.ApplicationTargetGroup(stack, id, {
        vpc,
        port: service.port,
        protocol: elbv2.ApplicationProtocol.HTTP,
        targetType: elbv2.TargetType.IP,
        deregistrationDelay: Duration.seconds(DEREGISTRATION_DELAY_S),
        healthCheck: {
          path: '/readyz',
          interval: Duration.seconds(10),
          timeout: Duration.seconds(5),
          healthyThresholdCount: 2,
          unhealthyThresholdCount: 3,
        },
      }),
  );
  if (blue === undefined || green === undefined) throw new Error('unreachable: two were made');
  const rule = new elbv2.ApplicationListenerRule(stack, 'Rule', {
    listener: platform.listener,
    priority: 10,
    conditions: [elbv2.ListenerCondition.pathPatterns(['/graphql'])],
    action: elbv2.ListenerAction.weightedForward([
      { targetGroup: blue, weight: 100 },
      { targetGroup: green, weight: 0 },
    ]),
  });
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
  const target = fargate.loadBalancerTarget({
    containerName: service.name,
    containerPort: service.port,
    alternateTarget: new ecs.AlternateTarget('AlternateTarget', {
      alternateTargetGroup: green,
      productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule),
      role,
    }),
  });
  target.attachToApplicationTargetGroup(blue);

  const targets = [blue, green];
  const topic = platform.alarmTopic;
  return {
    targets,
    alarms: [
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
