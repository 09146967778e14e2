import { Duration, type Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Service } from '../../scripts/services/services.ts';

const PERIOD = Duration.minutes(1);

/** Names of alarms, each with a page below docs/runbooks/. */
export const ALARMS = {
  tasksMissing: 'tasks-missing',
  memoryHigh: 'memory-high',
  gatewayErrors: 'gateway-errors',
  gatewaySlow: 'gateway-slow',
  gatewayOperationsFail: 'gateway-operations-fail',
  gatewaySubgraphCircuitOpen: 'gateway-subgraph-circuit-open',
  gatewaySupergraphRefused: 'gateway-supergraph-refused',
  gatewayCanaryReturned: 'gateway-canary-returned',
  gatewayEventLoopLag: 'gateway-event-loop-lag',
} as const;

/** Those of a service. */
export const alarmsOf = ({ kind }: Service): readonly string[] =>
  Object.values(ALARMS).filter((name) => kind === 'gateway' || !name.startsWith('gateway-'));

interface AlarmOptions {
  readonly name: string;
  readonly topic: sns.ITopic;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly minutes: number;
  readonly missing?: cloudwatch.TreatMissingData;
}

/** An alarm whose name is literal, because deployments name the ones that end them. */
export function addAlarm(stack: Stack, kind: string, options: AlarmOptions): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(stack, `Alarm-${kind}`, {
    alarmName: options.name,
    alarmDescription: `docs/runbooks/${kind}.md`,
    metric: options.metric,
    threshold: options.threshold,
    evaluationPeriods: options.minutes,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: options.missing ?? cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  const action = new actions.SnsAction(options.topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}

/** Per cent of requests that were answered with 5xx, by old and new tasks together. */
export const errorPercent = (targets: readonly elbv2.ApplicationTargetGroup[]): cloudwatch.MathExpression => {
  const usingMetrics = Object.fromEntries(
    targets.flatMap((target, index) => [
      [
        `errors${index}`,
        target.metrics.custom('HTTPCode_Target_5XX_Count', { statistic: 'Sum', period: PERIOD }),
      ],
      [`requests${index}`, target.metrics.custom('RequestCount', { statistic: 'Sum', period: PERIOD })],
    ]),
  );
  const sum = (kind: string) => targets.map((_, index) => `FILL(${kind}${index}, 0)`).join(' + ');
  return new cloudwatch.MathExpression({
    expression: `IF((${sum('requests')}) > 0, 100 * (${sum('errors')}) / (${sum('requests')}), 0)`,
    usingMetrics,
    period: PERIOD,
    label: 'errors in per cent',
  });
};

/** The slower of old and new tasks, in seconds. */
export const slowestP99 = (targets: readonly elbv2.ApplicationTargetGroup[]): cloudwatch.MathExpression =>
  new cloudwatch.MathExpression({
    expression: `MAX([${targets.map((_, index) => `FILL(p99of${index}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(
      targets.map((target, index) => [
        `p99of${index}`,
        target.metrics.targetResponseTime({ statistic: 'p99', period: PERIOD }),
      ]),
    ),
    period: PERIOD,
    label: 'p99 in seconds',
  });
