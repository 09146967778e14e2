import { describe, expect, it } from '@jest/globals';
import { readServices } from '../../scripts/services/services.ts';
import { ENVIRONMENT_NAMES, loadEnvironment } from '../lib/environment.ts';
import { readTemplates, resourcesOf, type Resource, type Template } from './templates.ts';

const services = readServices();
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

describe('the stacks', () => {
  it('are those of services.json, and what they stand on', () => {
    const expected = services.flatMap(({ name, store }) =>
      store === undefined ? [name] : [name, `${name}-migration`, `${name}-store`],
    );

    expect(Object.keys(prod).sort()).toEqual(['network', 'platform', 'cache', ...expected].sort());
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
        'Callers come in here -> Tasks of gateway',
        'Tasks of gateway -> Rate limits of all gateways',
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
    const serving = containers.filter(({ Name }) => Name !== 'secrets');

    for (const { Secrets, Environment, DependsOn } of serving) {
      expect(Secrets).toBeUndefined();
      expect(JSON.stringify(Environment)).not.toMatch(/:\/\/[^"]*@|PASSWORD|_KEY"/);
      expect(DependsOn).toEqual([{ ContainerName: 'secrets', Condition: 'SUCCESS' }]);
    }
    expect(serving).toHaveLength(
      services.length + services.filter(({ store }) => store !== undefined).length,
    );
  });

  it('is of the commit that is deployed', () => {
    for (const template of all
      .map(([, each]) => each)
      .filter((each) => resourcesOf(each, 'AWS::ECS::TaskDefinition').length > 0))
      expect(template).toMatchObject({ Parameters: { ImageTag: { AllowedPattern: '[0-9a-f]{40}' } } });
    for (const { Properties } of everywhere('AWS::ECR::Repository'))
      expect(Properties.ImageTagMutability).toBe('IMMUTABLE');
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
