import { Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { databaseOf } from '../../scripts/containers/role-sql.ts';
import type { Environment } from './environment.ts';
import { CA_FILE } from './ca-file.ts';
import { DATABASE_PORTS } from './ports.ts';
import { addServiceRole } from './service-role.ts';
import type { Store } from './store.ts';

export interface PostgresProps extends StackProps {
  readonly environment: Environment;
  /** Name of the service that owns it, and of its database. */
  readonly service: string;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
}

/** Aurora PostgreSQL Serverless v2 of one service. */
export class PostgresStack extends Stack implements Store {
  readonly urlTemplate: string;
  readonly setting = 'POSTGRES_URL_FILE';
  readonly owner: secretsmanager.ISecret;
  readonly service: secretsmanager.ISecret;

  constructor(
    scope: Construct,
    id: string,
    { environment, service, vpc, securityGroup, ...props }: PostgresProps,
  ) {
    super(scope, id, { ...props, terminationProtection: !environment.isDisposable });
    const { minCapacity, maxCapacity, readers, backupDays } = environment.postgres;
    const engine = rds.DatabaseClusterEngine.auroraPostgres({
      version: rds.AuroraPostgresEngineVersion.VER_17_7,
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${id}/postgresql`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const instance = { publiclyAccessible: false, caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1 };
    const cluster = new rds.DatabaseCluster(this, 'Cluster', {
      clusterIdentifier: id,
      engine,
      writer: rds.ClusterInstance.serverlessV2('writer', instance),
      readers: Array.from({ length: readers }, (_, index) =>
        rds.ClusterInstance.serverlessV2(`reader${index + 1}`, { ...instance, scaleWithWriter: true }),
      ),
      serverlessV2MinCapacity: minCapacity,
      serverlessV2MaxCapacity: maxCapacity,
      credentials: rds.Credentials.fromGeneratedSecret(databaseOf(service), {
        excludeCharacters: ' "\'@/\\%',
      }),
      defaultDatabaseName: databaseOf(service),
      port: DATABASE_PORTS.postgres,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup],
      storageEncrypted: true,
      iamAuthentication: true,
      deletionProtection: !environment.isDisposable,
      removalPolicy: environment.isDisposable ? RemovalPolicy.SNAPSHOT : RemovalPolicy.RETAIN,
      backup: { retention: Duration.days(backupDays), preferredWindow: '02:00-03:00' },
      preferredMaintenanceWindow: 'sun:03:30-sun:04:30',
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '500' },
      }),
    });
    cluster.node.addDependency(logGroup);
    if (cluster.secret === undefined) throw new Error('unreachable: the password is generated');
    this.owner = cluster.secret;
    this.service = addServiceRole(this, environment, service);
    const { hostname } = cluster.clusterEndpoint;
    this.urlTemplate =
      `postgres://{{uri:USERNAME}}:{{uri:PASSWORD}}@${hostname}:${DATABASE_PORTS.postgres}/${databaseOf(service)}` +
      `?sslmode=verify-full&sslrootcert=${CA_FILE}`;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Tasks read the password when they start; it is rotated with a deployment: docs/operations.md.',
    });
    if (environment.isDisposable)
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'The environment is made to be thrown away; a snapshot stays.',
      });
  }
}
