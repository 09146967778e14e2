import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { PlatformStack } from './platform-stack.ts';
import { createTask, type TaskOptions } from './task.ts';

export interface MigrationProps
  extends StackProps, Pick<TaskOptions, 'environment' | 'service' | 'size' | 'store'> {
  readonly platform: PlatformStack;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
}

/**
 * The task that brings a service's store to the newest schema. A stack of its own, because it is deployed and run
 * before the service is: ci/migrate.sh runs it once, by these outputs, and the pipeline goes on when it ended with 0.
 * ci/first-key.sh runs the registry's with another command.
 */
export class MigrationStack extends Stack {
  constructor(scope: Construct, id: string, options: MigrationProps) {
    const { environment, service, size, store, platform, vpc, securityGroup, ...props } = options;
    super(scope, id, props);
    const repository = platform.repository(service.name);
    const task = createTask(this, {
      environment,
      service,
      size,
      repository,
      store,
      command: ['migrate'],
      isMigration: true,
    });
    const { subnetIds } = vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS });
    new CfnOutput(this, 'TaskDefinition', { value: task.taskDefinitionArn });
    new CfnOutput(this, 'Subnets', { value: subnetIds.join(',') });
    new CfnOutput(this, 'SecurityGroup', { value: securityGroup.securityGroupId });
  }
}
