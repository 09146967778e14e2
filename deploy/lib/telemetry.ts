import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

/** What the collector may use of the task's memory. */
export const TELEMETRY_MEMORY_MIB = 128;
/** Where the gateway's metrics are in CloudWatch. */
export const METRICS_NAMESPACE = 'Tributary';

const IMAGE = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3';

/**
 * An OpenTelemetry collector beside the gateway: traces go on to X-Ray, and the gateway's own metrics to CloudWatch, where
 * alarms and the dashboard read them. The gateway serves without it: what it cannot send is dropped.
 */
export function addTelemetry(stack: Stack, environment: Environment, task: ecs.FargateTaskDefinition): void {
  const metrics = new logs.LogGroup(stack, 'Metrics', {
    logGroupName: `/tributary/${environment.name}/metrics`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const config = readFileSync(join(import.meta.dirname, 'collector.yaml'), 'utf8')
    .replaceAll('{{LOG_GROUP}}', metrics.logGroupName)
    .replaceAll('{{NAMESPACE}}', METRICS_NAMESPACE)
    .replaceAll('{{REGION}}', stack.region)
    .replaceAll('{{ENVIRONMENT}}', environment.name);
  task.addContainer('collector', {
    image: ecs.ContainerImage.fromRegistry(IMAGE),
    essential: false,
    readonlyRootFilesystem: true,
    user: '1000:1000',
    memoryLimitMiB: TELEMETRY_MEMORY_MIB,
    environment: { AOT_CONFIG_CONTENT: config },
    logging: ecs.LogDrivers.awsLogs({
      streamPrefix: 'collector',
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      logGroup: new logs.LogGroup(stack, 'CollectorLogs', {
        logGroupName: `/tributary/${environment.name}/collector`,
        retention: logs.RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    }),
  });
  task.addToTaskRolePolicy(
    new iam.PolicyStatement({
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
  );
  task.addToTaskRolePolicy(
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      resources: [metrics.logGroupArn],
    }),
  );
}
