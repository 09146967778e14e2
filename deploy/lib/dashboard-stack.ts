import { ArnFormat, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Service } from '../../scripts/services/services.ts';
import { alarmsOf } from './alarms.ts';
import type { Environment } from './environment.ts';
import { gatewayMetric, OUTCOMES } from './gateway-alarms.ts';
import type { PlatformStack } from './platform-stack.ts';

const PERIOD = Duration.minutes(1);
const WIDTH = 24;

export interface DashboardProps extends StackProps {
  readonly environment: Environment;
  readonly services: readonly Service[];
  readonly platform: PlatformStack;
}

/**
 * One page from the callers' side inwards: what sounds, what callers see, what the gateway does, each service, each store.
 * Everything by its literal name, so that the page is nobody's dependency.
 */
export class DashboardStack extends Stack {
  constructor(scope: Construct, id: string, { environment, services, platform, ...props }: DashboardProps) {
    super(scope, id, props);
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: id,
      defaultInterval: Duration.hours(3),
    });
    const stackOf = (name: string): string => `tributary-${environment.name}-${name}`;
    const metric = (
      namespace: string,
      metricName: string,
      dimensionsMap: Readonly<Record<string, string>>,
      statistic: string,
      label?: string,
    ) => new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period: PERIOD, label });
    const row = (
      ...graphs: readonly (readonly [title: string, metrics: readonly cloudwatch.IMetric[]])[]
    ) => {
      dashboard.addWidgets(
        ...graphs.map(
          ([title, left]) =>
            new cloudwatch.GraphWidget({
              title,
              left: [...left],
              width: WIDTH / graphs.length,
              leftYAxis: { min: 0, showUnits: false },
            }),
        ),
      );
    };
    const text = (markdown: string) => {
      dashboard.addWidgets(new cloudwatch.TextWidget({ markdown, width: WIDTH, height: 1 }));
    };

    const alarmNames = services.flatMap((service) =>
      alarmsOf(service).map((alarm) => `${stackOf(service.name)}-${alarm}`),
    );
    dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({
        title: 'Alarms: docs/runbooks says what to do',
        width: WIDTH,
        height: 3,
        alarms: alarmNames.map((name, index) =>
          cloudwatch.Alarm.fromAlarmArn(
            this,
            `Alarm${index}`,
            this.formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: name,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ),
        ),
      }),
    );

    text('## Callers');
    const { metrics } = platform.loadBalancer;
    const answers = [
      HttpCodeTarget.TARGET_2XX_COUNT,
      HttpCodeTarget.TARGET_4XX_COUNT,
      HttpCodeTarget.TARGET_5XX_COUNT,
    ].map((code) => metrics.httpCodeTarget(code, { period: PERIOD }));
    row(
      ['Answers in a minute', answers],
      [
        'Time of an answer in seconds',
        ['p50', 'p99'].map((statistic) =>
          metrics.targetResponseTime({ statistic, period: PERIOD, label: statistic }),
        ),
      ],
      [
        'Answered by the load balancer itself',
        [
          metrics.httpCodeElb(HttpCodeElb.ELB_4XX_COUNT, { period: PERIOD }),
          metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: PERIOD }),
        ],
      ],
    );

    text('## The gateway: docs/observability.md has its metrics');
    row(
      [
        'Operations',
        OUTCOMES.map((outcome) => gatewayMetric('tributary_operations_total', { outcome }, 'Sum', outcome)),
      ],
      [
        'Subgraphs that are not asked (1)',
        services
          .filter(({ kind }) => kind === 'subgraph')
          .map(({ name }) =>
            gatewayMetric('tributary_subgraph_circuit_open', { subgraph_name: name }, 'Maximum', name),
          ),
      ],
      [
        'Supergraphs',
        ['served', 'refused', 'unavailable'].map((result) =>
          gatewayMetric('tributary_supergraph_updates_total', { result }, 'Sum', result),
        ),
      ],
      [
        'Event loop lag, p99 in seconds',
        [gatewayMetric('nodejs_eventloop_lag_p99_seconds', {}, 'Maximum', 'worst task')],
      ],
    );

    text('## Services');
    const of = (namespace: string, name: string, statistic: string) =>
      services.map((service) =>
        metric(
          namespace,
          name,
          { ClusterName: `tributary-${environment.name}`, ServiceName: service.name },
          statistic,
          service.name,
        ),
      );
    row(
      ['Processor, per cent', of('AWS/ECS', 'CPUUtilization', 'Average')],
      ['Memory, per cent', of('AWS/ECS', 'MemoryUtilization', 'Maximum')],
      ['Tasks that run', of('ECS/ContainerInsights', 'RunningTaskCount', 'Minimum')],
    );

    text('## Stores');
    const stores = services.flatMap(({ name, store }) =>
      store === undefined || (store === 'mongo' && environment.documents === 'atlas')
        ? []
        : [{ name, namespace: store === 'postgres' ? 'AWS/RDS' : 'AWS/DocDB' }],
    );
    const ofStores = (metricName: string, statistic: string) =>
      stores.map(({ name, namespace }) =>
        metric(namespace, metricName, { DBClusterIdentifier: stackOf(`${name}-store`) }, statistic, name),
      );
    const ofCache = (metricName: string, statistic: string) =>
      metric(
        'AWS/ElastiCache',
        metricName,
        { clusterId: `tributary-${environment.name}` },
        statistic,
        metricName,
      );
    row(
      ['Capacity in ACU', ofStores('ServerlessDatabaseCapacity', 'Maximum')],
      ['Connections', ofStores('DatabaseConnections', 'Maximum')],
      ['Processor, per cent', ofStores('CPUUtilization', 'Maximum')],
      ['Valkey', [ofCache('ElastiCacheProcessingUnits', 'Sum'), ofCache('ThrottledCmds', 'Sum')]],
    );
  }
}
