import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
// @ts-expect-error: plain JavaScript, so that pipelines run it before anything is installed.
import { affectedServices as affectedInJavaScript } from '../ci/affected.mjs';
import { readServices, root, type Service } from '../scripts/services/services.ts';
import { fileSettingsOf, problemsWith } from './service-config.ts';

const affectedServices = affectedInJavaScript as (
  services: readonly Service[],
  files: readonly string[],
) => readonly string[];
const services = readServices();
const names = services.map(({ name }) => name);
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Container {
  readonly image: string;
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly deploy?: { readonly replicas?: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
const containers = (
  parseYaml(read('docker/compose.yaml'), { merge: true }) as {
    services: Readonly<Record<string, Container>>;
  }
).services;

/** As compose reads `${NAME:-otherwise}` where NAME is not set. */
const withDefaults = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

/** What `container` waits for, and what that waits for. */
function waitsFor(container: string): readonly string[] {
  const direct = Object.keys(containers[container]?.depends_on ?? {});
  return [...direct, ...direct.flatMap(waitsFor)];
}

describe('services.json', () => {
  it('is what rover.yaml composes', () => {
    const { subgraphs } = parseYaml(read('rover.yaml')) as {
      subgraphs: Record<string, { routing_url: string }>;
    };
    const routed = Object.entries(subgraphs).map(([name, { routing_url }]) => [
      name,
      new URL(routing_url).port,
    ]);

    expect(routed).toEqual(
      services.filter(({ kind }) => kind === 'subgraph').map(({ name, port }) => [name, String(port)]),
    );
  });

  it('is what docker/docker-bake.hcl builds', () => {
    const [, list = ''] =
      /matrix\s*=\s*\{ service = (\[[^\]]*\]) \}/.exec(read('docker/docker-bake.hcl')) ?? [];

    expect(JSON.parse(list)).toEqual(names);
  });

  it('is what docker/compose.yaml builds and runs', () => {
    const built = Object.entries(containers).filter(
      ([, { build }]) => build?.args?.['SERVICE'] !== undefined,
    );

    expect(built.map(([name, { build }]) => [name, build?.args?.['SERVICE']]).sort()).toEqual(
      names.map((name) => [name, name]).sort(),
    );
  });

  it.each(services.filter(({ store }) => store !== undefined))(
    'has $name migrated before it starts in docker/compose.yaml',
    ({ name, store = '' }) => {
      expect(containers[`${name}-migrate`]).toMatchObject({
        image: `tributary/${name}`,
        command: ['migrate'],
        depends_on: { [store]: { condition: 'service_healthy' } },
      });
      expect(waitsFor(name)).toContain(`${name}-migrate`);
    },
  );

  it.each(services)(
    'gives $name in docker/compose.yaml what its configuration needs, and two instances unless its books have one writer',
    async (service) => {
      const { environment = {}, volumes = [], deploy } = containers[service.name] ?? { image: '' };
      const settings = Object.entries(environment).map(([name, text]) => [name, withDefaults(text)]);

      expect(await problemsWith(service, Object.fromEntries(settings))).toEqual([]);
      expect(volumes).toContain(`secrets-${service.name}:/run/secrets:ro,nocopy`);
      expect(deploy?.replicas).toBe(service.kind === 'sandbox' ? undefined : 2);
      if (service.state) expect(volumes).toContain(`${service.name}-state:/var/lib/tributary`);
    },
  );

  it.each(services)('names every file that the configuration of $name can name', (service) => {
    expect(Object.keys(service.secrets)).toEqual(expect.arrayContaining([...fileSettingsOf(service)]));
  });

  it.each(services.filter(({ kind }) => kind !== 'gateway'))(
    'names every file that $name is given in docker/compose.yaml',
    ({ name, secrets }) => {
      expect(containers[name]?.environment).toMatchObject(
        Object.fromEntries(
          Object.entries(secrets).map(([setting, file]) => [setting, `/run/secrets/${file}`]),
        ),
      );
    },
  );

  it('has the contracts that .github/workflows/schema-check.yaml checks', () => {
    const { jobs } = parseYaml(read('.github/workflows/schema-check.yaml')) as {
      jobs: { check: { strategy: { matrix: { subgraph: readonly string[] } } } };
    };

    expect(jobs.check.strategy.matrix.subgraph).toEqual(
      services.filter(({ kind }) => kind === 'subgraph').map(({ name }) => name),
    );
  });

  it('has every database of docker/stores.yaml', () => {
    const made = [...read('docker/stores.yaml').matchAll(/CREATE DATABASE (\w+);/g)].map(([, name]) => name);

    expect(made).toEqual(services.filter(({ store }) => store === 'postgres').map(({ name }) => name));
  });

  it('is where docker/load-balancer.cfg sends what is public', () => {
    const config = read('docker/load-balancer.cfg');
    const servers = [...config.matchAll(/server-template [\w-]+ \d+ ([\w-]+):(\d+)/g)].map(
      ([, name, port]) => [name, Number(port)],
    );
    const open = services.filter((service) => service.public !== undefined);

    expect(servers.sort()).toEqual(open.map(({ name, port }) => [name, port]).sort());
    for (const { name, kind, public: { paths = [] } = {} } of open)
      if (kind !== 'gateway')
        for (const path of paths)
          expect(config).toMatch(
            new RegExp(`use_backend ${name} if .*path${path.endsWith('/') ? '_beg' : ''} ${path} `),
          );
  });

  it('has users get the cookies and origins of pages, wherever the gateway runs', () => {
    const [headers, ...others] = [
      'gateway/gateway.yaml',
      'docker/gateway.yaml',
      'deploy/lib/gateway.yaml',
    ].map((file) => (parseYaml(read(file)) as { headers?: object }).headers);

    expect(headers).toHaveProperty('subgraphs.users.response');
    for (const other of others) expect(other).toEqual(headers);
  });
});

describe('ci/affected.mjs', () => {
  const affected = (...files: readonly string[]) => affectedServices(services, files);

  it('takes all services for what is in every image', () => {
    expect(affected('package-lock.json')).toEqual(names);
  });

  it('takes one for its code and for its contract, and none for tests and pages', () => {
    expect(affected('subgraphs/users/src/main.ts')).toEqual(['users']);
    expect(affected('schema/products.graphql')).toEqual(['products']);
    expect(affected('subgraphs/users/src/main.test.ts', 'README.md', 'gateway/README.md')).toEqual([]);
  });

  it('takes what it cannot know for all', () => {
    const { stdout } = spawnSync(process.execPath, ['ci/affected.mjs', '0000000'], {
      cwd: root,
      encoding: 'utf8',
    });

    expect(JSON.parse(stdout)).toEqual(names);
  });

  it('leaves out of a release what is for no environment that it goes to', () => {
    const { stdout } = spawnSync(process.execPath, ['ci/affected.mjs', '', '--released'], {
      cwd: root,
      encoding: 'utf8',
    });

    expect(JSON.parse(stdout)).toEqual(names.filter((name) => name !== 'sandbox-provider'));
  });
});

const docker = (...args: readonly string[]) => spawnSync('docker', args, { cwd: root, encoding: 'utf8' });
const itWithPlugin = (plugin: string) => (docker(plugin, 'version').status === 0 ? it : it.skip);

/** Neither needs an engine, both need Docker's command line. */
describe('by Docker itself', () => {
  itWithPlugin('compose').each([[[]], [['--profile', 'observability']]])(
    'compose.yaml is understood: %j',
    (profile) => {
      const { status, stderr } = docker(
        'compose',
        '-f',
        'docker/compose.yaml',
        ...profile,
        'config',
        '--quiet',
      );

      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  itWithPlugin('buildx')('docker-bake.hcl has a target for every service', () => {
    const { status, stdout } = docker('buildx', 'bake', '--file', 'docker/docker-bake.hcl', '--print');

    expect(status).toBe(0);
    expect(Object.keys((JSON.parse(stdout) as { target: object }).target).sort()).toEqual([...names].sort());
  });
});
