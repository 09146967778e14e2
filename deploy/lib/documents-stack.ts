import { Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as docdb from 'aws-cdk-lib/aws-docdb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { CA_FILE } from './ca-file.ts';
import type { Environment } from './environment.ts';
import { DATABASE_PORTS } from './ports.ts';
import { addServiceRole } from './service-role.ts';
import type { Store } from './store.ts';

export interface DocumentsProps extends StackProps {
  readonly environment: Environment;
  readonly service: string;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
}

/** DocumentDB Serverless of one service. */
export class DocumentsStack extends Stack implements Store {
  readonly urlTemplate: string;
  readonly setting = 'MONGODB_URI_FILE';
  readonly owner: secretsmanager.ISecret;
  readonly service: secretsmanager.ISecret;

  constructor(
    scope: Construct,
    id: string,
    { environment, service, vpc, securityGroup, ...props }: DocumentsProps,
  ) {
    super(scope, id, { ...props, terminationProtection: !environment.isDisposable });
    if (environment.documents === 'atlas') throw new Error('unreachable: Atlas has no stack here');
    const { minCapacity, maxCapacity, instances, backupDays } = environment.documents;
    const logGroups = ['audit', 'profiler'].map(
      (kind) =>
        new logs.LogGroup(this, `Logs-${kind}`, {
          logGroupName: `/aws/docdb/${id}/${kind}`,
          retention: logs.RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
    );
    const cluster = new docdb.DatabaseCluster(this, 'Cluster', {
      dbClusterName: id,
      engineVersion: '5.0.0',
      serverlessV2ScalingConfiguration: { minCapacity, maxCapacity },
      instances,
      masterUser: { username: service, excludeCharacters: ' "\'@/\\:%' },
      port: DATABASE_PORTS.mongo,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroup,
      storageEncrypted: true,
      deletionProtection: !environment.isDisposable,
      removalPolicy: environment.isDisposable ? RemovalPolicy.SNAPSHOT : RemovalPolicy.RETAIN,
      backup: { retention: Duration.days(backupDays), preferredWindow: '02:00-03:00' },
      preferredMaintenanceWindow: 'sun:03:30-sun:04:30',
      copyTagsToSnapshot: true,
      exportAuditLogsToCloudWatch: true,
      exportProfilerLogsToCloudWatch: true,
      parameterGroup: new docdb.ClusterParameterGroup(this, 'Parameters', {
        family: 'docdb5.0',
        parameters: { tls: 'enabled', audit_logs: 'ddl', profiler: 'enabled', profiler_threshold_ms: '500' },
      }),
    });
    cluster.node.addDependency(...logGroups);
    if (cluster.secret === undefined) throw new Error('unreachable: the password is generated');
    this.owner = cluster.secret;
    this.service = addServiceRole(this, environment, service);
    const { hostname } = cluster.clusterEndpoint;
    this.urlTemplate =
      `mongodb://{{uri:USERNAME}}:{{uri:PASSWORD}}@${hostname}:${DATABASE_PORTS.mongo}/${service}` +
      `?tls=true&tlsCAFile=${CA_FILE}&replicaSet=rs0&retryWrites=false&authSource=admin`;
    const reasons: Readonly<Record<string, string>> = {
      'AwsSolutions-DOC3': 'The password is a reference to a generated secret, which the rule cannot follow.',
      ...Object.fromEntries(
        ['authenticate', 'createIndex', 'dropCollection'].map((name) => [
          `AwsSolutions-DOC5[LogExport::${name}]`,
          'The rule has names of events in the place of names of logs; audit and profiler are exported.',
        ]),
      ),
    };
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Tasks read the password when they start; it is rotated with a deployment: docs/operations.md.',
    });
    for (const [id, reason] of Object.entries(reasons)) Validations.of(cluster).acknowledge({ id, reason });
  }
}
