import { Tags, Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readServices } from '../../scripts/services/services.ts';
import { CacheStack } from './cache-stack.ts';
import { DocumentsStack } from './documents-stack.ts';
import { loadEnvironment } from './environment.ts';
import { MigrationStack } from './migration-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { PlatformStack } from './platform-stack.ts';
import { PostgresStack } from './postgres-stack.ts';
import { ServiceStack } from './service-stack.ts';

/** All stacks of an environment; which services there are says services.json. */
export function addStacks(app: App, environmentName: string): void {
  const environment = loadEnvironment(environmentName);
  const services = readServices();
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

  const stacks = new Map<string, ServiceStack>();
  for (const service of services) {
    const { name } = service;
    const store =
      service.store === undefined
        ? undefined
        : new (service.store === 'postgres' ? PostgresStack : DocumentsStack)(app, idOf(`${name}-store`), {
            ...common,
            service: name,
            vpc,
            securityGroup: network.storeGroup(name),
          });
    const task = {
      ...common,
      service,
      store,
      size: service.kind === 'gateway' ? environment.gateway : environment.service,
      platform,
      vpc,
      securityGroup: network.serviceGroup(name),
    };
    if (store !== undefined) new MigrationStack(app, idOf(`${name}-migration`), task);
    stacks.set(name, new ServiceStack(app, idOf(name), { ...task, cacheUrl: cache.url }));
  }
  // A name of Service Connect is known to tasks that start after it: who is called is deployed first.
  for (const { name, calls } of services)
    for (const called of calls) {
      const target = stacks.get(called);
      if (target !== undefined) stacks.get(name)?.addStackDependency(target);
    }
}
