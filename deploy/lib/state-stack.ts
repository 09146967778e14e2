import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Service } from '../../scripts/services/services.ts';
import type { Environment } from './environment.ts';

export interface StateProps extends StackProps {
  readonly environment: Environment;
  readonly services: readonly Service[];
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
}

/**
 * What tasks keep for those that come after them, whose own disks are new. Gateways: the last supergraph that was served,
 * for a start while the registry is away; losing it loses nothing while the registry is there. The sandbox provider: its
 * books. Each reaches what is its own and nothing else.
 */
export class StateStack extends Stack {
  private readonly fileSystem: efs.FileSystem;
  private readonly accessPoints = new Map<string, efs.AccessPoint>();

  constructor(
    scope: Construct,
    id: string,
    { environment, services, vpc, securityGroup, ...props }: StateProps,
  ) {
    super(scope, id, props);
    this.fileSystem = new efs.FileSystem(this, 'Files', {
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
    for (const { name } of services.filter(({ state }) => state))
      this.accessPoints.set(
        name,
        this.fileSystem.addAccessPoint(`Access-${name}`, {
          path: `/${name}`,
          createAcl: owner,
          posixUser: { uid: owner.ownerUid, gid: owner.ownerGid },
        }),
      );
  }

  /** What a service keeps, for its task to mount. */
  volumeOf(name: string): ecs.EfsVolumeConfiguration {
    return {
      fileSystemId: this.fileSystem.fileSystemId,
      transitEncryption: 'ENABLED',
      authorizationConfig: { accessPointId: this.accessPoint(name).accessPointId, iam: 'ENABLED' },
    };
  }

  /** Lets the service's task mount it through its access point and write. */
  grantTo(name: string, task: ecs.FargateTaskDefinition): void {
    task.addToTaskRolePolicy(
      new iam.PolicyStatement({
        actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        resources: [this.fileSystem.fileSystemArn],
        conditions: {
          StringEquals: { 'elasticfilesystem:AccessPointArn': this.accessPoint(name).accessPointArn },
        },
      }),
    );
  }

  private accessPoint(name: string): efs.AccessPoint {
    const accessPoint = this.accessPoints.get(name);
    if (accessPoint === undefined)
      throw new Error(`${name} keeps nothing: "state" in services.json says so.`);
    return accessPoint;
  }
}
