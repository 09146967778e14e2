import { Duration, Fn, type Stack } from 'aws-cdk-lib';
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Tasks } from './environment.ts';

const TARGET_CPU_PERCENT = 55;
const TARGET_REQUESTS_PER_TASK_AND_MINUTE = 20_000;

/**
 * By processor, and behind a load balancer by requests of both target groups: the predefined metric knows one, and
 * half of the time the tasks are in the other. CPU halves while old and new tasks run side by side, which must not
 * take tasks away: it scales in slowly.
 */
export function addScaling(
  stack: Stack,
  service: ecs.FargateService,
  { minTasks, maxTasks }: Tasks,
  targets: readonly elbv2.ApplicationTargetGroup[],
): void {
  const count = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  count.scaleOnCpuUtilization('Cpu', {
    targetUtilizationPercent: TARGET_CPU_PERCENT,
    scaleInCooldown: Duration.minutes(15),
    scaleOutCooldown: Duration.seconds(30),
  });
  if (targets.length === 0) return;
  const target = count.node.findChild('Target');
  if (!(target instanceof scaling.ScalableTarget)) throw new Error('unreachable: what scales has a target');
  new scaling.CfnScalingPolicy(stack, 'Requests', {
    policyName: `${stack.stackName}-requests`,
    policyType: 'TargetTrackingScaling',
    scalingTargetId: target.scalableTargetId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: TARGET_REQUESTS_PER_TASK_AND_MINUTE,
      scaleInCooldown: Duration.minutes(5).toSeconds(),
      scaleOutCooldown: 30,
      customizedMetricSpecification: {
        metrics: [
          ...targets.map((group, index) => ({
            id: `group${index}`,
            returnData: false,
            metricStat: {
              stat: 'Sum',
              metric: {
                namespace: 'AWS/ApplicationELB',
                metricName: 'RequestCountPerTarget',
                dimensions: [
                  { name: 'TargetGroup', value: Fn.select(5, Fn.split(':', group.targetGroupArn)) },
                ],
              },
            },
          })),
          {
            id: 'all',
            expression: targets.map((_, index) => `FILL(group${index}, 0)`).join(' + '),
            returnData: true,
          },
        ],
      },
    },
  });
}
