import { describe, expect, it } from '@jest/globals';
import { problemsWith } from '../../tests/service-config.ts';
import { ENVIRONMENT_NAMES, loadEnvironment } from '../lib/environment.ts';
import { servicesOf } from '../lib/services-of.ts';
import { readTemplates, resourcesOf, type Resource, type Template } from './templates.ts';

// A test knows what it asks for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Container = any;

const services = servicesOf(loadEnvironment('prod'));
const servicesOfDev = servicesOf(loadEnvironment('dev'));
const prod = readTemplates('prod');
const dev = readTemplates('dev');
const all = Object.entries(prod);
const stack = (name: string): Template => {
  const template = prod[name];
  if (template === undefined) throw new Error(`no stack ${name}`);
  return template;
};
const everywhere = (type: string): readonly Resource[] =>
  all.flatMap(([, template]) => resourcesOf(template, type));
const containers = everywhere('AWS::ECS::TaskDefinition').flatMap(
  ({ Properties }) => Properties.ContainerDefinitions,
);

const taskOf = (name: string, template = stack(name)): readonly Container[] =>
  resourcesOf(template, 'AWS::ECS::TaskDefinition').flatMap(
    ({ Properties }) => Properties.ContainerDefinitions as Container[],
  );
/** Settings of a service's own container. */
const environmentOf = (name: string, template = stack(name)): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (taskOf(name, template).find(({ Name }) => Name === name)?.Environment ?? []).map(
      ({ Name, Value }: { Name: string; Value: string }) => [Name, Value],
    ),
  );

describe('the stacks', () => {
  it('are those of services.json, and what they stand on', () => {
    const expected = services.flatMap(({ name, store }) =>
      store === undefined ? [name] : [name, `${name}-migration`, `${name}-store`],
    );

    expect(Object.keys(prod).sort()).toEqual(
      ['network', 'platform', 'cache', 'state', 'dashboard', ...expected].sort(),
    );
  });

  it.each(ENVIRONMENT_NAMES)('environments/%s.json is understood', (name) => {
    expect(loadEnvironment(name).name).toBe(name);
  });

  it('refer to each other weakly, so that each can be deployed alone', () => {
    expect(JSON.stringify(prod)).not.toContain('Fn::ImportValue');
  });
});

describe('the network', () => {
  const { Resources } = stack('network');
  const described = (reference: { 'Fn::GetAtt'?: readonly string[] }): string =>
    Resources[reference['Fn::GetAtt']?.[0] ?? '']?.Properties.GroupDescription ?? JSON.stringify(reference);
  const edges = resourcesOf(stack('network'), 'AWS::EC2::SecurityGroupIngress').map(
    ({ Properties: { GroupId, SourceSecurityGroupId, FromPort, ToPort } }) => {
      expect(FromPort).toBe(ToPort);
      return `${described(SourceSecurityGroupId)} -> ${described(GroupId)}`;
    },
  );

  it('lets each reach only what it calls, and stores only their owners', () => {
    const tasks = (name: string): string => `Tasks of ${name}`;

    expect([...edges].sort()).toEqual(
      [
        ...services
          .filter((service) => service.public !== undefined)
          .map(({ name }) => `Callers come in here -> ${tasks(name)}`),
        'Tasks of gateway -> Rate limits of all gateways',
        'Tasks of gateway -> What tasks keep',
        ...services.flatMap(({ name, calls }) => calls.map((called) => `${tasks(name)} -> ${tasks(called)}`)),
        ...services.flatMap(({ name, store }) =>
          store === undefined ? [] : [`${tasks(name)} -> Store of ${name}`],
        ),
      ].sort(),
    );
  });

  it('is open to the world at one place, by HTTPS', () => {
    const open = everywhere('AWS::EC2::SecurityGroup').flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    );

    expect(open).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })]);
  });

  it('spans three zones', () => {
    expect(resourcesOf(stack('network'), 'AWS::EC2::Subnet')).toHaveLength(9);
  });
});

describe('every container', () => {
  it('is not root, writes nothing and logs', () => {
    for (const container of containers)
      expect(container).toMatchObject({
        User: '1000:1000',
        ReadonlyRootFilesystem: true,
        LogConfiguration: { LogDriver: 'awslogs' },
      });
  });

  it('that serves has no secret, only names of files', () => {
    const serving = containers.filter(({ Name }) => services.some(({ name }) => name === Name));

    for (const { Secrets, Environment, DependsOn } of serving) {
      expect(Secrets).toBeUndefined();
      expect(JSON.stringify(Environment)).not.toMatch(/:\/\/[^"]*@|PASSWORD|_KEY"/);
      expect(DependsOn).toContainEqual({ ContainerName: 'secrets', Condition: 'SUCCESS' });
    }
    expect(serving).toHaveLength(
      services.length + services.filter(({ store }) => store !== undefined).length,
    );
  });

  it.each([
    ...services.map((service) => ({ service, name: service.name, where: 'prod', templates: prod })),
    ...servicesOfDev.map((service) => ({ service, name: service.name, where: 'dev', templates: dev })),
  ])(
    'of $name in $where gets what its configuration needs, and nothing it does not know',
    async ({ service, templates }) => {
      const environment = environmentOf(service.name, templates[service.name]);
      const files = Object.entries({ ...service.secrets, ...service.deployed?.secrets });

      expect(await problemsWith(service, environment)).toEqual([]);
      expect(environment).toMatchObject(
        Object.fromEntries(files.map(([setting, file]) => [setting, `/run/secrets/${file}`])),
      );
      expect(Object.keys(JSON.parse(JSON.stringify(environment)) as object)).not.toHaveLength(0);
    },
  );

  it.each(services.filter(({ store }) => store !== undefined))(
    'of $name serves with an account that changes data only; the owner only migrates',
    ({ name }) => {
      const passwordOf = (stackName: string, variable: string): string =>
        JSON.stringify(
          taskOf(stackName)
            .find(({ Name }) => Name === 'secrets')
            ?.Secrets.find((secret: { Name: string }) => secret.Name === variable),
        );

      expect(passwordOf(name, 'PASSWORD')).toContain('ServiceRole');
      expect(passwordOf(`${name}-migration`, 'PASSWORD')).not.toContain('ServiceRole');
      expect(passwordOf(`${name}-migration`, 'ROLE_PASSWORD')).toContain('ServiceRole');
      expect(taskOf(`${name}-migration`).find(({ Name }) => Name === name)?.DependsOn).toContainEqual({
        ContainerName: 'role',
        Condition: 'SUCCESS',
      });
    },
  );

  it('is of the commit that is deployed', () => {
    for (const template of all
      .map(([, each]) => each)
      .filter((each) => resourcesOf(each, 'AWS::ECS::TaskDefinition').length > 0))
      expect(template).toMatchObject({ Parameters: { ImageTag: { AllowedPattern: '[0-9a-f]{40}' } } });
    for (const { Properties } of everywhere('AWS::ECR::Repository'))
      expect(Properties.ImageTagMutability).toBe('IMMUTABLE');
  });
});

describe('the load balancer', () => {
  it('sends on what services.json says is public, by the name it is public under, and nothing else', () => {
    const { hosts } = loadEnvironment('prod');
    const rules = everywhere('AWS::ElasticLoadBalancingV2::ListenerRule').map(({ Properties }) => {
      const values = (field: string, config: string): readonly string[] =>
        Properties.Conditions.filter((condition: { Field: string }) => condition.Field === field).flatMap(
          (condition: Record<string, { Values: string[] }>) => condition[config]?.Values,
        );
      return [values('host-header', 'HostHeaderConfig'), values('path-pattern', 'PathPatternConfig')];
    });

    expect(rules.sort()).toEqual(
      [
        [[hosts.api], ['/account/*', '/data-exports/*']],
        [[hosts.api], ['/graphql']],
        [[hosts.api], ['/media/*']],
        [[hosts.api], ['/webhooks/provider']],
        [[hosts.registry], []],
      ].sort(),
    );
    expect(
      resourcesOf(stack('platform'), 'AWS::ElasticLoadBalancingV2::Listener')[0]?.Properties.DefaultActions,
    ).toEqual([expect.objectContaining({ Type: 'fixed-response' })]);
  });
});

describe('the gateway', () => {
  it('keeps its last supergraph where its next task finds it', () => {
    const [task] = resourcesOf(stack('gateway'), 'AWS::ECS::TaskDefinition');
    const [fileSystem] = resourcesOf(stack('state'), 'AWS::EFS::FileSystem');

    expect(task?.Properties.Volumes).toContainEqual(
      expect.objectContaining({
        Name: 'state',
        EFSVolumeConfiguration: expect.objectContaining({ TransitEncryption: 'ENABLED' }),
      }),
    );
    expect(taskOf('gateway').find(({ Name }) => Name === 'gateway')?.MountPoints).toContainEqual({
      ContainerPath: '/var/lib/tributary',
      ReadOnly: false,
      SourceVolume: 'state',
    });
    expect(fileSystem?.Properties.Encrypted).toBe(true);
  });

  it('serves while the collector beside it is away', () => {
    expect(taskOf('gateway').find(({ Name }) => Name === 'collector')).toMatchObject({ Essential: false });
  });
});

describe('money', () => {
  it('is moved by Stripe, and in dev by the sandbox provider', () => {
    expect(environmentOf('payments')).toMatchObject({ PAYMENT_PROVIDER: 'stripe' });
    expect(environmentOf('payments')).not.toHaveProperty('SANDBOX_URL');
    expect(environmentOf('payments', dev['payments'])).toMatchObject({
      PAYMENT_PROVIDER: 'sandbox',
      SANDBOX_URL: 'http://sandbox-provider:4004',
    });
    expect(loadEnvironment('staging').paymentProvider).toBe('stripe');
    expect(JSON.stringify(prod)).not.toContain('sandbox-provider');
  });

  it('is told of at the address that the world posts to', () => {
    const { api } = loadEnvironment('dev').hosts;

    expect(environmentOf('sandbox-provider', dev['sandbox-provider'])).toMatchObject({
      WEBHOOK_URL: `https://${api}/webhooks/provider`,
      PUBLIC_URL: `https://${api}`,
    });
  });

  it('is in books that one task writes, which the next one finds', () => {
    const template = dev['sandbox-provider'] ?? { Resources: {} };
    const [service] = resourcesOf(template, 'AWS::ECS::Service');
    const [task] = resourcesOf(template, 'AWS::ECS::TaskDefinition');

    expect(service?.Properties).toMatchObject({
      DesiredCount: 1,
      AvailabilityZoneRebalancing: 'DISABLED',
      DeploymentConfiguration: { Strategy: 'ROLLING', MinimumHealthyPercent: 0, MaximumPercent: 100 },
    });
    expect(resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual([]);
    expect(task?.Properties.Volumes).toContainEqual(
      expect.objectContaining({ Name: 'state', EFSVolumeConfiguration: expect.anything() }),
    );
    expect(
      taskOf('sandbox-provider', template).find(({ Name }) => Name === 'sandbox-provider')?.MountPoints,
    ).toContainEqual({ ContainerPath: '/var/lib/tributary', ReadOnly: false, SourceVolume: 'state' });
  });
});

describe('a release', () => {
  it.each(services)('of $name is taken back when it fails or an alarm sounds', ({ name, kind }) => {
    const [service] = resourcesOf(stack(name), 'AWS::ECS::Service');
    const { DeploymentConfiguration: configuration } = service?.Properties ?? {};
    const alarms = resourcesOf(stack(name), 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties.AlarmName,
    );

    expect(configuration).toMatchObject({
      Strategy: kind === 'gateway' ? 'CANARY' : 'BLUE_GREEN',
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      Alarms: { Enable: true, Rollback: true },
    });
    expect(configuration.Alarms.AlarmNames.filter((alarm: string) => !alarms.includes(alarm))).toEqual([]);
  });

  it.each(services)('of $name leaves as many tasks as it has been scaled to', ({ name }) => {
    const [service] = resourcesOf(stack(name), 'AWS::ECS::Service');
    const [scaled] = resourcesOf(stack(name), 'AWS::ApplicationAutoScaling::ScalableTarget');

    expect(service?.Properties).not.toHaveProperty('DesiredCount');
    expect(scaled?.Properties.MinCapacity).toBe(3);
  });

  it.each(services)(
    'of $name that is the first, and begins with one task, is not taken back for it',
    ({ name }) => {
      const missing = resourcesOf(stack(name), 'AWS::CloudWatch::Alarm').find(({ Properties }) =>
        Properties.AlarmName.endsWith('-tasks-missing'),
      );
      const metrics = missing?.Properties.Metrics.map(
        ({ Id, Expression, MetricStat }: { Id: string; Expression?: string; MetricStat?: Container }) =>
          Expression ?? `${Id}: ${MetricStat?.Metric.MetricName}`,
      );

      expect(metrics?.sort()).toEqual([
        'IF(desired < 3, desired, 3) - FILL(running, 0)',
        'desired: DesiredTaskCount',
        'running: RunningTaskCount',
      ]);
      expect(missing?.Properties).toMatchObject({
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      });
    },
  );
});

describe('what is stored', () => {
  const clusters = (templates: Readonly<Record<string, Template>>): readonly Resource[] =>
    ['AWS::RDS::DBCluster', 'AWS::DocDB::DBCluster'].flatMap((type) =>
      Object.values(templates).flatMap((template) => resourcesOf(template, type)),
    );

  it('is encrypted, backed up and cannot be deleted by mistake', () => {
    expect(clusters(prod)).toHaveLength(services.filter(({ store }) => store !== undefined).length);
    for (const { Properties, DeletionPolicy } of clusters(prod)) {
      expect(Properties).toMatchObject({
        StorageEncrypted: true,
        DeletionProtection: true,
        BackupRetentionPeriod: 35,
      });
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  it('leaves a snapshot where it may be deleted', () => {
    for (const { DeletionPolicy } of clusters(dev)) expect(DeletionPolicy).toBe('Snapshot');
  });

  it('is reached by TLS only, and from the network only', () => {
    for (const { Properties } of everywhere('AWS::RDS::DBClusterParameterGroup'))
      expect(Properties.Parameters['rds.force_ssl']).toBe('1');
    for (const { Properties } of everywhere('AWS::DocDB::DBClusterParameterGroup'))
      expect(Properties.Parameters.tls).toBe('enabled');
    for (const { Properties } of everywhere('AWS::RDS::DBInstance'))
      expect(Properties.PubliclyAccessible).toBe(false);
  });

  it('of logs ends some day', () => {
    for (const { Properties } of everywhere('AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays).toBeGreaterThan(0);
  });
});

describe('rights', () => {
  // ECS Exec needs a root that can be written, and no container has one.
  it('of tasks know no sessions into them', () => {
    for (const { Properties } of everywhere('AWS::ECS::Service'))
      expect(Properties.EnableExecuteCommand ?? false).toBe(false);
    expect(JSON.stringify(everywhere('AWS::IAM::Policy'))).not.toContain('ssmmessages');
    expect(JSON.stringify(everywhere('AWS::ECS::Cluster'))).not.toContain('ExecuteCommand');
  });

  it('of tasks name the secrets they are for', () => {
    for (const { name } of services) {
      const statements = resourcesOf(stack(name), 'AWS::IAM::Policy').flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      );
      const secrets = statements.filter(({ Action }) =>
        JSON.stringify(Action).includes('secretsmanager:GetSecretValue'),
      );

      expect(secrets.length).toBeGreaterThan(0);
      for (const { Resource } of secrets) {
        expect(Resource).not.toBe('*');
        const text = JSON.stringify(Resource);
        if (text.includes(':secret:')) expect(text).toContain(`:secret:tributary/prod/${name}/`);
      }
    }
  });
});
