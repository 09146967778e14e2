import { Tags, Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Service } from '../../scripts/services/services.ts';
import { CacheStack } from './cache-stack.ts';
import { DashboardStack } from './dashboard-stack.ts';
import { DocumentsStack } from './documents-stack.ts';
import type { Environment, Tasks } from './environment.ts';
import { MigrationStack } from './migration-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { PlatformStack } from './platform-stack.ts';
import { PostgresStack } from './postgres-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { servicesOf } from './services-of.ts';
import { StateStack } from './state-stack.ts';
import type { Store } from './store.ts';

/** All stacks of an environment; which services there are says services.json. */
export function addStacks(app: App, environment: Environment): void {
  const services = servicesOf(environment);
  const environmentName = environment.name;
  Tags.of(app).add('tributary:environment', environmentName);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // A region without an account: nothing is looked up, and the load balancer knows whose logs to accept.
  const common = { environment, env: { region: environment.region } };
  const idOf = (name: string): string => `tributary-${environmentName}-${name}`;

  const network = new NetworkStack(app, idOf('network'), { ...common, services });
  const { vpc } = network;
  const platform = new PlatformStack(app, idOf('platform'), {
    ...common,
    services,
    vpc,
    loadBalancerGroup: network.loadBalancerGroup,
  });
  const cache = new CacheStack(app, idOf('cache'), { ...common, vpc, securityGroup: network.cacheGroup });

  const state = new StateStack(app, idOf('state'), {
    ...common,
    services,
    vpc,
    securityGroup: network.stateGroup,
  });
  const storeOf = ({ name, store }: Service): Store | undefined => {
    if (store === undefined || (store === 'mongo' && environment.documents === 'atlas')) return undefined;
    const Stack = store === 'postgres' ? PostgresStack : DocumentsStack;
    const securityGroup = network.storeGroup(name);
    return new Stack(app, idOf(`${name}-store`), { ...common, service: name, vpc, securityGroup });
  };
  const subgraphs = services.filter(({ kind }) => kind === 'subgraph');
  const stacks = new Map<string, ServiceStack>();
  for (const service of services) {
    const { name } = service;
    const task = {
      ...common,
      service,
      store: storeOf(service),
      size: sizeOf(environment, service),
      platform,
      vpc,
      securityGroup: network.serviceGroup(name),
    };
    if (service.store !== undefined) new MigrationStack(app, idOf(`${name}-migration`), task);
    stacks.set(name, new ServiceStack(app, idOf(name), { ...task, cacheUrl: cache.url, state, subgraphs }));
  }
  new DashboardStack(app, idOf('dashboard'), { ...common, services, platform });
  // A name of Service Connect is known to tasks that start after it: who is called is deployed first.
  for (const { name, calls } of services)
    for (const called of calls) {
      const target = stacks.get(called);
      if (target !== undefined) stacks.get(name)?.addStackDependency(target);
    }
}

function sizeOf(environment: Environment, { kind }: Service): Tasks {
  if (kind === 'gateway') return environment.gateway;
  return kind === 'sandbox' ? { ...environment.service, minTasks: 1, maxTasks: 1 } : environment.service;
}
