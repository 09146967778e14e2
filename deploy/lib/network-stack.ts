import { Fn, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Service } from '../../scripts/services/services.ts';
import type { Environment } from './environment.ts';
import { CACHE_PORT, DATABASE_PORTS, FILES_PORT } from './ports.ts';

export interface NetworkProps extends StackProps {
  readonly environment: Environment;
  readonly services: readonly Service[];
}

/** The network, and who may open a connection to whom: every rule of every security group is here. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.Vpc;
  readonly loadBalancerGroup: ec2.SecurityGroup;
  readonly cacheGroup: ec2.SecurityGroup;
  readonly stateGroup: ec2.SecurityGroup;
  private readonly serviceGroups = new Map<string, ec2.SecurityGroup>();
  private readonly storeGroups = new Map<string, ec2.SecurityGroup>();
  private readonly zones: number;

  constructor(scope: Construct, id: string, { environment, services, ...props }: NetworkProps) {
    super(scope, id, props);
    this.zones = environment.availabilityZones;
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: environment.availabilityZones,
      natGateways: environment.natGateways,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'services', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'stores', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      flowLogs: {
        all: {
          destination: ec2.FlowLogDestination.toCloudWatchLogs(
            new logs.LogGroup(this, 'FlowLogs', {
              retention: logs.RetentionDays.ONE_MONTH,
              removalPolicy: RemovalPolicy.DESTROY,
            }),
          ),
        },
      },
    });
    this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });

    this.loadBalancerGroup = this.group('LoadBalancer', 'Callers come in here');
    this.loadBalancerGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS from everywhere');
    Validations.of(this.loadBalancerGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The public way in, by HTTPS only, with a firewall before it.',
    });
    this.cacheGroup = this.group('Cache', 'Rate limits of all gateways');
    this.stateGroup = this.group('State', 'What tasks keep');
    for (const { name } of services)
      this.serviceGroups.set(name, this.group(`Service-${name}`, `Tasks of ${name}`));

    for (const { name, kind, port, state, store, calls, public: open } of services) {
      const own = this.serviceGroup(name);
      if (open !== undefined)
        own.addIngressRule(this.loadBalancerGroup, ec2.Port.tcp(port), 'from the load balancer');
      if (state) this.stateGroup.addIngressRule(own, ec2.Port.tcp(FILES_PORT), `from ${name}`);
      if (kind === 'gateway') this.cacheGroup.addIngressRule(own, ec2.Port.tcp(CACHE_PORT), `from ${name}`);
      for (const called of calls) {
        const target = services.find((service) => service.name === called);
        if (target === undefined)
          throw new Error(`${name} calls ${called}, which services.json does not have.`);
        this.serviceGroup(called).addIngressRule(own, ec2.Port.tcp(target.port), `from ${name}`);
      }
      // Atlas is beyond this network.
      if (store === undefined || (store === 'mongo' && environment.documents === 'atlas')) continue;
      const group = this.group(`Store-${name}`, `Store of ${name}`);
      this.storeGroups.set(name, group);
      group.addIngressRule(own, ec2.Port.tcp(DATABASE_PORTS[store]), `from ${name}`);
    }
  }

  /** Without an account CDK would see two zones only. */
  override get availabilityZones(): string[] {
    return Array.from({ length: this.zones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }

  serviceGroup(name: string): ec2.SecurityGroup {
    return present(this.serviceGroups.get(name), name);
  }

  storeGroup(name: string): ec2.SecurityGroup {
    return present(this.storeGroups.get(name), name);
  }

  private group(id: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: true });
  }
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`There is no security group for ${name}.`);
  return value;
}
