import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { postGraphql } from '@tributary/testkit';
import { SAMPLE_PASSWORD } from '../../scripts/system/seed-orders.ts';
import { signIn, type TestSystem } from '../boot-system.ts';
import { completeCheckout, createCheckout, findOffers } from '../buy.ts';
import { underLoad } from './load.ts';
import type { Stack } from './stack.ts';

const SUBGRAPHS = ['users', 'products', 'payments'];
const HEALTHY_TIMEOUT_MS = 180_000;
const POLL_MS = 500;

/** The README's first query, and what it says the answer is. */
const FIRST_QUERY =
  '{ productBySlug(slug: "trail-running-shoe") { title brand priceRange(currency: "EUR") { min { decimal currency } }' +
  ' reviews(first: 2) { totalCount nodes { rating title author { displayName } } } } }';

/** Makes the container's first process the one that is killed when its memory runs out, then uses all of it. */
const USE_ALL_MEMORY = `
  const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    if (readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('node\\0/app/main.js'))
      writeFileSync('/proc/' + pid + '/oom_score_adj', '1000');
  }
  for (const kept = []; ; ) kept.push(Buffer.alloc(16_000_000, 1));`;

export interface Check {
  readonly name: string;
  /** @returns what was seen, for people. */
  run(): Promise<string>;
}

export function createChecks({ docker, compose, containers, gatewayUrl }: Stack): readonly Check[] {
  const request: TestSystem['request'] = (query, variables = {}, accessToken) =>
    postGraphql(
      `${gatewayUrl}/graphql`,
      { query, variables },
      accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
    );
  const token = (): Promise<string> => signIn(request, 'ada@tributary.example', SAMPLE_PASSWORD);
  const inspect = (container: string, format: string): Promise<string> =>
    docker('inspect', '--format', format, container);
  const untilHealthy = async (container: string): Promise<void> => {
    const deadline = Date.now() + HEALTHY_TIMEOUT_MS;
    while ((await inspect(container, '{{.State.Health.Status}}')) !== 'healthy') {
      if (Date.now() > deadline) throw new Error(`${container} does not become healthy`);
      await delay(POLL_MS);
    }
  };
  const buy = async (): Promise<string> => {
    const accessToken = await token();
    const [offer] = await findOffers(request, 5);
    const key = randomUUID();
    const created = await createCheckout(request, accessToken, key, [
      { variantId: offer?.variantId, quantity: 1 },
    ]);
    const { checkout } = created.data.checkoutCreate;
    const { data } = await completeCheckout(request, accessToken, key, checkout);
    assert.equal(data.checkoutComplete.payment.status, 'SUCCEEDED');
    return data.checkoutComplete.order.number;
  };
  const orderNumbers = async (): Promise<readonly string[]> => {
    const { data } = await request(
      '{ viewer { orders(first: 50) { nodes { number } } } }',
      {},
      await token(),
    );
    return data.viewer.orders.nodes.map(({ number }: { number: string }) => number);
  };

  return [
    {
      name: 'the first query of the README is answered',
      run: async () => {
        const { data, errors } = await request(FIRST_QUERY);
        assert.equal(errors, undefined);
        assert.equal(data.productBySlug.title, 'Trail Running Shoe');
        assert.equal(data.productBySlug.reviews.nodes[0].author.displayName, 'Seán Ó Briain');
        return 'answered in full';
      },
    },
    {
      name: 'something can be bought',
      run: async () => {
        const number = await buy();
        assert.ok((await orderNumbers()).includes(number));
        return `order ${number}`;
      },
    },
    {
      name: 'processes run as account 1000, write nothing and have no secret in their environment',
      run: async () => {
        for (const service of [...SUBGRAPHS, 'gateway']) {
          for (const container of await containers(service)) {
            assert.equal(await docker('exec', container, 'id', '-u'), '1000');
            assert.equal(await inspect(container, '{{.HostConfig.ReadonlyRootfs}}'), 'true');
            assert.doesNotMatch(await docker('exec', container, 'env'), /postgres:\/\/|mongodb:\/\//);
          }
        }
        return 'all of them';
      },
    },
    ...SUBGRAPHS.map((service) => ({
      name: `each instance of ${service} is made anew while it is asked, and no request fails`,
      run: async () => {
        const before = await containers(service);
        const codes: string[] = [];
        const { answered, failures } = await underLoad(gatewayUrl, await token(), async () => {
          for (const container of before) {
            await docker('stop', container);
            codes.push(await inspect(container, '{{.State.ExitCode}}'));
            await docker('rm', container);
            await compose('up', '--detach', '--no-deps', '--no-recreate', service);
            for (const each of await containers(service)) await untilHealthy(each);
          }
        });
        assert.deepEqual(failures, []);
        assert.deepEqual(codes, ['0', '0']);
        assert.equal((await containers(service)).length, 2);
        return `${answered} answered, exit codes after SIGTERM ${codes.join(', ')}`;
      },
    })),
    {
      name: 'an instance whose memory runs out is started again, and no read fails',
      run: async () => {
        const [container = ''] = await containers('products');
        const restarts = async (): Promise<number> => Number(await inspect(container, '{{.RestartCount}}'));
        const before = await restarts();
        const { answered, failures } = await underLoad(gatewayUrl, await token(), async () => {
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
      name: 'the gateway ends cleanly and comes back',
      run: async () => {
        const [container = ''] = await containers('gateway');
        await docker('stop', container);
        const code = await inspect(container, '{{.State.ExitCode}}');
        assert.equal(code, '0');
        await docker('start', container);
        await untilHealthy(container);
        return `exit code after SIGTERM ${code}`;
      },
    },
    {
      name: 'data, keys and sessions outlive the containers',
      run: async () => {
        const [number, accessToken] = [await buy(), await token()];
        await compose('down');
        await compose('up', '--detach', '--wait');
        const { data } = await request(
          '{ viewer { orders(first: 50) { nodes { number } } } }',
          {},
          accessToken,
        );
        assert.ok(data.viewer.orders.nodes.some((order: { number: string }) => order.number === number));
        return `order ${number} is there, and the token of before still holds`;
      },
    },
  ];
}
