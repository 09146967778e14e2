import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runRover, waitFor } from '@tributary/testkit';
import { readServices, root } from '../../scripts/services/services.ts';
import { GRAPH_REF } from '../../scripts/system/registry-key.ts';
import { checkFullDisk } from './full-disk.ts';
import { askGateway, askRegistry, underLoad } from './load.ts';
import { createPeople } from './people.ts';
import { runSuite } from './run-suite.ts';
import type { Stack } from './stack.ts';

const SERVICES = readServices().map(({ name }) => name);
const HEALTHY_TIMEOUT_MS = 240_000;
const POLL_MS = 500;

/** The README's first query, and what it says the answer is. */
const FIRST_QUERY =
  '{ productBySlug(slug: "trail-running-shoe") { title brand media { url } priceRange(currency: "EUR") { min { decimal currency } }' +
  ' reviews(first: 2) { totalCount nodes { rating title author { displayName } } } } }';

/** Makes the container's first process the one that is killed when its memory runs out, then uses all of it. */
const USE_ALL_MEMORY = `
  const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    if (readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('node\\0/app/main.js'))
      writeFileSync('/proc/' + pid + '/oom_score_adj', '1000');
  }
  for (const kept = []; ; ) kept.push(Buffer.alloc(16_000_000, 1));`;

/** The provider's events, each with whether payments has taken it. */
const PRINT_EVENTS = `
  const authorization = 'Bearer ' + require('node:fs').readFileSync('/run/secrets/api-key', 'utf8');
  fetch('http://127.0.0.1:4004/v1/events', { headers: { authorization } }).then(async (answer) => console.log(await answer.text()));`;

export interface Check {
  readonly name: string;
  /** @returns what was seen, for people. */
  run(): Promise<string>;
}

export function createChecks(stack: Stack): readonly Check[] {
  const { docker, compose, containers, gatewayUrl, registryUrl } = stack;
  const people = createPeople(stack);
  const { request } = people;
  const inspect = (container: string, format: string): Promise<string> =>
    docker('inspect', '--format', format, container);
  const untilHealthy = async (container: string): Promise<void> => {
    const deadline = Date.now() + HEALTHY_TIMEOUT_MS;
    while ((await inspect(container, '{{.State.Health.Status}}')) !== 'healthy') {
      if (Date.now() > deadline) throw new Error(`${container} does not become healthy`);
      await delay(POLL_MS);
    }
  };
  const apiKey = async (): Promise<string> => {
    const [container = ''] = await containers('registry');
    return docker('exec', container, 'cat', '/run/secrets/api-key');
  };
  const everybodyAsks = async () => [
    askGateway(gatewayUrl, await people.signIn()),
    askRegistry(registryUrl, await apiKey()),
  ];

  return [
    {
      name: 'the first query of the README is answered, and its picture is there',
      run: async () => {
        const { data, errors } = await request(FIRST_QUERY);
        assert.equal(errors, undefined);
        assert.equal(data.productBySlug.title, 'Trail Running Shoe');
        assert.equal(data.productBySlug.reviews.nodes[0].author.displayName, 'Seán Ó Briain');
        const picture = await fetch(data.productBySlug.media[0].url);
        assert.equal(picture.status, 200);
        assert.match(picture.headers.get('content-type') ?? '', /^image\//);
        return 'answered in full';
      },
    },
    {
      name: 'the first purchases are paid: by a card, and by way of the page of the bank, which alone is open of the provider',
      run: async () => {
        const numbers = [await people.buy(), await people.buyAtBank()];
        for (const path of ['/weather', '/v1/events'])
          assert.equal((await fetch(`${gatewayUrl}${path}`)).status, 404);
        const unsigned = await fetch(`${gatewayUrl}/webhooks/provider`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        });
        assert.equal(unsigned.status, 401);
        const [provider = ''] = await containers('sandbox-provider');
        await waitFor(
          async () => {
            const events = await docker('exec', provider, 'node', '-e', PRINT_EVENTS);
            return events.includes('"done":true') && !events.includes('"done":false');
          },
          { timeoutMs: HEALTHY_TIMEOUT_MS },
        );
        return `orders ${numbers.join(' and ')}, and payments has taken every webhook`;
      },
    },
    {
      name: 'processes run as account 1000, write nothing and have no secret in their environment',
      run: async () => {
        for (const service of SERVICES) {
          for (const container of await containers(service)) {
            assert.equal(await docker('exec', container, 'id', '-u'), '1000');
            assert.equal(await inspect(container, '{{.HostConfig.ReadonlyRootfs}}'), 'true');
            assert.doesNotMatch(await docker('exec', container, 'env'), /postgres:\/\/|mongodb:\/\//);
          }
        }
        return 'all of them';
      },
    },
    {
      name: 'a service can change rows of its own database, and nothing else in it',
      run: async () => {
        const [store = ''] = await containers('postgres');
        for (const { name } of readServices().filter((each) => each.store === 'postgres')) {
          const asService = (statement: string) =>
            docker(
              ...['exec', store, 'psql', '--username', 'postgres', '--dbname', name],
              ...['--command', `SET ROLE ${name}_service; ${statement}`],
            );
          await assert.rejects(asService('CREATE TABLE mine (id int)'), /permission denied/, name);
          await assert.rejects(asService('DROP TABLE schema_migrations'), /must be owner/, name);
        }
        return 'users, payments, registry';
      },
    },
    {
      name: 'rover knows the graph in the registry, checks a contract, and composes with what the registry serves',
      run: async () => {
        const home = await mkdtemp(join(tmpdir(), 'rover-'));
        const env = {
          APOLLO_REGISTRY_URL: `${registryUrl}/graphql`,
          APOLLO_KEY: await apiKey(),
          APOLLO_ROVER_DOWNLOAD_HOST: registryUrl,
          APOLLO_ROVER_SKIP_UPDATE: 'false',
        };
        const rover = async (...args: readonly string[]): Promise<string> => {
          const { code, stdout, stderr } = await runRover([...args], { home, env });
          assert.equal(code, 0, stderr);
          return stdout;
        };
        try {
          assert.match(await rover('subgraph', 'list', GRAPH_REF), /payments[^]*products[^]*users/);
          const file = ['--name', 'users', '--schema', join(root, 'schema/users.graphql')];
          await rover('subgraph', 'check', GRAPH_REF, ...file);
          assert.match(
            await rover('supergraph', 'compose', '--config', join(root, 'rover.yaml')),
            /join__Graph/,
          );
        } finally {
          await rm(home, { recursive: true });
        }
        return 'list, check, compose';
      },
    },
    { name: "the system's own tests pass here", run: () => runSuite(stack) },
    ...SERVICES.map((service) => ({
      name: `each instance of ${service} is made anew while it is asked, and no request fails`,
      run: async () => {
        const before = await containers(service);
        const codes: string[] = [];
        const { answered, failures } = await underLoad(await everybodyAsks(), async () => {
          for (const container of before) {
            await docker('stop', container);
            codes.push(await inspect(container, '{{.State.ExitCode}}'));
            await docker('rm', container);
            await compose('up', '--detach', '--no-deps', '--no-recreate', service);
            for (const each of await containers(service)) await untilHealthy(each);
          }
        });
        assert.deepEqual(failures, []);
        assert.deepEqual(
          codes,
          before.map(() => '0'),
        );
        assert.equal((await containers(service)).length, before.length);
        return `${answered} answered, exit codes after SIGTERM ${codes.join(', ')}`;
      },
    })),
    {
      name: 'an instance whose memory runs out is started again, and no read fails',
      run: async () => {
        const [container = ''] = await containers('products');
        const restarts = async (): Promise<number> => Number(await inspect(container, '{{.RestartCount}}'));
        const before = await restarts();
        const { answered, failures } = await underLoad(await everybodyAsks(), async () => {
          await docker('exec', container, 'node', '-e', USE_ALL_MEMORY).catch(() => '');
          const deadline = Date.now() + HEALTHY_TIMEOUT_MS;
          while ((await restarts()) === before) {
            if (Date.now() > deadline) throw new Error(`${container} was not killed`);
            await delay(POLL_MS);
          }
          await untilHealthy(container);
        });
        assert.deepEqual(failures, []);
        return `${answered} answered`;
      },
    },
    {
      name: 'a gateway starts while the registry is away, from what its volume has',
      run: async () => {
        const [gateway = ''] = await containers('gateway');
        const away = await containers('registry');
        await docker('stop', ...away);
        await docker('stop', gateway);
        await docker('start', gateway);
        await untilHealthy(gateway);
        await people.buy();
        await docker('start', ...away);
        for (const container of away) await untilHealthy(container);
        return 'it does, and sells';
      },
    },
    {
      name: 'data, keys, sessions and the graph outlive the containers',
      run: async () => {
        const [number, accessToken, key] = [await people.buy(), await people.signIn(), await apiKey()];
        await compose('down');
        await compose('up', '--detach', '--wait');
        assert.ok((await people.orderNumbers(accessToken)).includes(number));
        assert.equal(await apiKey(), key);
        return `order ${number} is there, and the token of before still holds`;
      },
    },
    { name: 'a store whose disk is full', run: () => checkFullDisk(stack) },
  ];
}
