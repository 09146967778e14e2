import { Duration, type Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Service } from '../../scripts/services/services.ts';
import { addAlarm, ALARMS } from './alarms.ts';
import { METRICS_NAMESPACE } from './telemetry.ts';

const MAX_FAILED_PERCENT = 5;
const MAX_EVENT_LOOP_LAG_S = 0.2;

export const OUTCOMES = ['succeeded', 'partial', 'failed', 'refused'] as const;

/** A metric of the gateway's own, of all tasks together, by the minute. */
export const gatewayMetric = (
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
  label: string,
): cloudwatch.Metric =>
  new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap,
    statistic,
    label,
    period: Duration.minutes(1),
  });

/** Alarms on what the gateway counts itself; docker/observability/prometheus-alerts.yaml has the same for Prometheus. */
export function addGatewayAlarms(
  stack: Stack,
  topic: sns.ITopic,
  subgraphs: readonly Service[],
  alarmName: (kind: string) => string,
): void {
  const operations = Object.fromEntries(
    OUTCOMES.map((outcome) => [
      outcome,
      gatewayMetric('tributary_operations_total', { outcome }, 'Sum', outcome),
    ]),
  );
  const all = OUTCOMES.map((outcome) => `FILL(${outcome}, 0)`).join(' + ');
  const circuits = Object.fromEntries(
    subgraphs.map(({ name }) => [
      name.replaceAll('-', '_'),
      gatewayMetric('tributary_subgraph_circuit_open', { subgraph_name: name }, 'Maximum', name),
    ]),
  );
  const alarm = (
    kind: string,
    metric: cloudwatch.IMetric,
    { threshold, minutes }: { readonly threshold: number; readonly minutes: number },
  ) => addAlarm(stack, kind, { name: alarmName(kind), topic, metric, threshold, minutes });

  alarm(
    ALARMS.gatewayOperationsFail,
    new cloudwatch.MathExpression({
      expression: `IF((${all}) > 0, 100 * (FILL(partial, 0) + FILL(failed, 0)) / (${all}), 0)`,
      usingMetrics: operations,
      period: Duration.minutes(1),
      label: 'operations with errors, in per cent',
    }),
    { threshold: MAX_FAILED_PERCENT, minutes: 5 },
  );
  alarm(
    ALARMS.gatewaySubgraphCircuitOpen,
    new cloudwatch.MathExpression({
      expression: `MAX([${Object.keys(circuits)
        .map((name) => `FILL(${name}, 0)`)
        .join(', ')}])`,
      usingMetrics: circuits,
      period: Duration.minutes(1),
      label: '1 while a subgraph is not asked',
    }),
    { threshold: 0, minutes: 2 },
  );
  alarm(
    ALARMS.gatewaySupergraphRefused,
    gatewayMetric('tributary_supergraph_updates_total', { result: 'refused' }, 'Sum', 'refused'),
    { threshold: 0, minutes: 1 },
  );
  alarm(
    ALARMS.gatewayCanaryReturned,
    gatewayMetric('tributary_supergraph_canaries_total', { outcome: 'returned' }, 'Sum', 'returned'),
    { threshold: 0, minutes: 1 },
  );
  alarm(
    ALARMS.gatewayEventLoopLag,
    gatewayMetric('nodejs_eventloop_lag_p99_seconds', {}, 'Maximum', 'worst task'),
    { threshold: MAX_EVENT_LOOP_LAG_S, minutes: 5 },
  );
}
