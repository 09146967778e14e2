import { Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { CACHE_PORT } from './ports.ts';

export interface CacheProps extends StackProps {
  readonly environment: Environment;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
}

/** Valkey Serverless: what all gateways count together. Nothing in it outlives an hour; losing it loses nothing. */
export class CacheStack extends Stack {
  readonly url: string;

  constructor(scope: Construct, id: string, { environment, vpc, securityGroup, ...props }: CacheProps) {
    super(scope, id, props);
    const cache = new elasticache.CfnServerlessCache(this, 'Cache', {
      serverlessCacheName: `tributary-${environment.name}`,
      description: 'Rate limits of the gateway',
      engine: 'valkey',
      majorEngineVersion: '8',
      subnetIds: vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }).subnetIds,
      securityGroupIds: [securityGroup.securityGroupId],
      cacheUsageLimits: {
        dataStorage: { maximum: 1, unit: 'GB' },
        ecpuPerSecond: { maximum: 15_000 },
      },
    });
    this.url = `rediss://${cache.attrEndpointAddress}:${CACHE_PORT}`;
  }
}
