import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';

export interface StateProps extends StackProps {
  readonly environment: Environment;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
}

/**
 * What gateways keep for a start while the registry is away: the last supergraph that was served. A task's own disk is
 * gone with the task, and it is new tasks that need it. Losing it loses nothing while the registry is there.
 */
export class StateStack extends Stack {
  readonly volume: ecs.EfsVolumeConfiguration;
  private readonly fileSystemArn: string;
  private readonly accessPointArn: string;

  constructor(scope: Construct, id: string, { environment, vpc, securityGroup, ...props }: StateProps) {
    super(scope, id, props);
    const fileSystem = new efs.FileSystem(this, 'Files', {
      fileSystemName: id,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroup,
      encrypted: true,
      enableAutomaticBackups: false,
      allowAnonymousAccess: false,
      removalPolicy: environment.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const owner = { ownerUid: '1000', ownerGid: '1000', permissions: '0700' };
    const accessPoint = fileSystem.addAccessPoint('Gateway', {
      path: '/gateway',
      createAcl: owner,
      posixUser: { uid: owner.ownerUid, gid: owner.ownerGid },
    });
    this.fileSystemArn = fileSystem.fileSystemArn;
    this.accessPointArn = accessPoint.accessPointArn;
    this.volume = {
      fileSystemId: fileSystem.fileSystemId,
      transitEncryption: 'ENABLED',
      authorizationConfig: { accessPointId: accessPoint.accessPointId, iam: 'ENABLED' },
    };
  }

  /** Lets a task mount it through its access point and write. */
  grantTo(task: ecs.FargateTaskDefinition): void {
    task.addToTaskRolePolicy(
      new iam.PolicyStatement({
        actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        resources: [this.fileSystemArn],
        conditions: { StringEquals: { 'elasticfilesystem:AccessPointArn': this.accessPointArn } },
      }),
    );
  }
}
