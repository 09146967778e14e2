/**
 * `npm run bench:payments`: completed checkouts a second, and how long each step of one takes.
 *
 * The real payments, products and sandbox provider in processes of their own, on a real PostgreSQL and the embedded
 * MongoDB; asked as the gateway asks. Every sale touches the same account of the ledger. The books are looked at
 * afterwards: exits 1 when they are wrong, or a target is missed.
 */
import { createViewerTokenSigner, silentLogger, SigningKey } from '@tributary/service-kit';
import { typedId } from '@tributary/subgraph-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { graphqlClient, userViewer, type GraphqlRequest } from '@tributary/testkit';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildExplorer } from '../../scripts/build-explorer.ts';
import { answerHelp } from '../../scripts/command-line.ts';
import { removeDataFolder } from '../../scripts/system/data-folder.ts';
import { graphqlRequest } from '../../scripts/system/graphql-request.ts';
import { findFreePorts } from '../../scripts/system/ports.ts';
import { startSystem, type System } from '../../scripts/system/start-system.ts';
import { brokenInvariants } from '../../subgraphs/payments/src/testing/invariants.ts';
import {
  COMPLETE,
  completeInput,
  CREATE,
  createInput,
} from '../../subgraphs/payments/src/testing/buyer-requests.ts';
import { quantile } from '../measure/statistics.ts';
import { runBench, type Release } from '../run-bench.ts';
import { processorTimeOf, readProcessorTime } from './processor-time.ts';

answerHelp(`Measures completed checkouts a second, and the steps of each. Usage: npm run bench:payments [-- SECONDS]

10 seconds when left out. Exits 1 when the books are wrong or a target is missed: bench/README.md.
`);

const SECONDS = Number(process.argv[2] ?? 10);
/** Code that has run a few times only is many times slower. */
const WARM_UP_SECONDS = 15;
const BUYERS_AT_ONCE = 24;
const TARGET_PER_SECOND = 150;
const TARGET_P99_MS = 500;

const userId = typedId('usr');

interface Checkout {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly amount: number };
}

/** What was asked for is what comes. */
interface Answer<Field extends string, Payload> {
  readonly data?: Readonly<Record<Field, Payload>> | null;
}

interface Sample {
  readonly create: number[];
  readonly complete: number[];
  readonly both: number[];
}

async function main(release: Release): Promise<void> {
  await buildExplorer();
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-bench-payments-'));
  // Run by root, PostgreSQL is another account's process: let it in.
  await chmod(dataFolder, 0o755);
  release(async () => {
    await removeDataFolder(dataFolder);
    await rm(dataFolder, { recursive: true, force: true });
  });
  const interruption = new AbortController();
  const { signal } = interruption;
  const starting = startSystem({ ports: await findFreePorts(), dataFolder, seed: true, signal });
  release(async () => {
    interruption.abort();
    await (await starting.catch(() => undefined))?.stop();
  });
  const system = await starting;
  const key = SigningKey.parse(JSON.parse(await readFile(system.secrets.viewerKey, 'utf8')));
  const request = graphqlClient(
    `${system.urls.payments}/graphql`,
    'payments',
    await createViewerTokenSigner('gateway', key),
  );
  const variants = await findVariants(system.urls.gateway);
  await buy(request, variants, WARM_UP_SECONDS);
  const before = readProcessorTime();
  const started = performance.now();
  const sample = await buy(request, variants, SECONDS);
  const seconds = (performance.now() - started) / 1_000;
  const processorTime = processorTimeOf(before, readProcessorTime(), sample.both.length);
  report(sample, seconds, processorTime, await readBooks(system, seconds));
}

async function findVariants(gateway: string): Promise<readonly string[]> {
  const data = await graphqlRequest<{
    products: {
      nodes: { variants: { nodes: { id: string; availableForSale: boolean }[] } }[];
    };
  }>(
    `${gateway}/graphql`,
    '{ products(first: 60, filter: { availableForSale: true }) { nodes { variants(first: 20) { nodes { id availableForSale } } } } }',
  );
  return data.products.nodes.flatMap(({ variants }) =>
    variants.nodes.filter(({ availableForSale }) => availableForSale).map(({ id }) => id),
  );
}

/** So many buyers at once, each somebody new every time, buying one thing with a good card. */
async function buy(request: GraphqlRequest, variants: readonly string[], seconds: number): Promise<Sample> {
  const sample: Sample = { create: [], complete: [], both: [] };
  const end = performance.now() + seconds * 1_000;
  let turn = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      turn += 1;
      const viewer = userViewer(userId.generate(), []);
      const begun = performance.now();
      const created = (await request(
        CREATE,
        { input: createInput({ [variants[turn % variants.length] ?? '']: 1 }) },
        viewer,
      )) as Answer<'checkoutCreate', { readonly checkout: Checkout | null }>;
      const checkout = created.data?.checkoutCreate.checkout;
      // Sold out: the next buyer takes something else.
      if (checkout?.status !== 'OPEN') continue;
      const reserved = performance.now();
      const input = completeInput(checkout.total.amount);
      const paid = (await request(COMPLETE, { id: checkout.id, input }, viewer)) as Answer<
        'checkoutComplete',
        { readonly order: unknown }
      >;
      if ((paid.data?.checkoutComplete.order ?? null) === null)
        throw new Error(`not sold: ${JSON.stringify(paid)}`);
      const done = performance.now();
      sample.create.push(reserved - begun);
      sample.complete.push(done - reserved);
      sample.both.push(done - begun);
    }
  };
  await Promise.all(Array.from({ length: BUYERS_AT_ONCE }, loop));
  return sample;
}

/** Of one step of the saga, from the commit before it to the begin of its own. */
interface Step {
  readonly step: string;
  readonly p50: number;
  readonly p99: number;
}

/** The timelines of payments tell when each step was begun and written down; the warm-up is left out. */
const STEPS = `
  WITH times AS (
    SELECT payment_id, max(at) FILTER (WHERE type = 'AUTHORIZATION_REQUESTED') AS asked,
      max(at) FILTER (WHERE type = 'AUTHORIZED') AS authorized,
      max(at) FILTER (WHERE type = 'CAPTURE_REQUESTED') AS sold, max(at) FILTER (WHERE type = 'CAPTURED') AS captured
    FROM payment_events GROUP BY payment_id HAVING min(at) > now() - $1 * interval '1 second'
  ), steps (step, took) AS (
    SELECT 'authorize', authorized - asked FROM times UNION ALL SELECT 'commit stock', sold - authorized FROM times
    UNION ALL SELECT 'capture', captured - sold FROM times
  )
  SELECT step, extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY took))::float8 * 1000 AS p50,
    extract(epoch FROM percentile_disc(0.99) WITHIN GROUP (ORDER BY took))::float8 * 1000 AS p99
  FROM steps GROUP BY step ORDER BY step`;

/** Names of what does not hold, and what each step took. */
async function readBooks(
  { stores, urls, secrets }: System,
  seconds: number,
): Promise<{ readonly broken: readonly string[]; readonly steps: readonly Step[] }> {
  const pool = createPool({
    connectionString: stores.paymentsUrl,
    applicationName: 'bench',
    logger: silentLogger(),
  });
  const apiKey = await readFile(secrets.sandboxApiKey, 'utf8');
  const list = async (path: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const all: Readonly<Record<string, unknown>>[] = [];
    for (let after = ''; ; after = `?starting_after=${String(all.at(-1)?.['id'])}`) {
      const headers = { authorization: `Bearer ${apiKey}` };
      const response = await fetch(`${urls.sandbox}${path}${after}`, { headers });
      const { data, has_more } = (await response.json()) as { data: typeof all; has_more: boolean };
      all.push(...data);
      if (!has_more) return all;
    }
  };
  try {
    const { rows: steps } = await pool.query<Step>(STEPS, [seconds]);
    return { steps, broken: Object.keys(await brokenInvariants({ pool, sandbox: { list } }, 'at rest')) };
  } finally {
    await pool.end();
  }
}

function report(
  { create, complete, both }: Sample,
  seconds: number,
  processorTime: ReturnType<typeof processorTimeOf>,
  { broken, steps }: Awaited<ReturnType<typeof readBooks>>,
): void {
  const line = (name: string, took: readonly number[]): string =>
    `${name.padEnd(18)} p50 ${quantile(took, 0.5).toFixed(0)} ms   p99 ${quantile(took, 0.99).toFixed(0)} ms`;
  const perSecond = both.length / seconds;
  const p99 = quantile(both, 0.99);
  const lines = [
    `${perSecond.toFixed(0)} checkouts completed a second (target ${TARGET_PER_SECOND}), ${BUYERS_AT_ONCE} buyers at once`,
    line('checkoutCreate', create),
    line('checkoutComplete', complete),
    ...steps.map(
      ({ step, p50, p99 }) => `  ${step.padEnd(16)} p50 ${p50.toFixed(0)} ms   p99 ${p99.toFixed(0)} ms`,
    ),
    `${line('both', both)} (target ${TARGET_P99_MS})`,
    `processor time per checkout: ${processorTime.reduce((sum, { ms }) => sum + ms, 0).toFixed(1)} ms`,
    ...processorTime.map(({ name, ms }) => `  ${name.padEnd(16)} ${ms.toFixed(2)} ms`),
    broken.length === 0 ? 'the books balance' : `BROKEN: ${broken.join('; ')}`,
    `load average ${loadavg()[0]?.toFixed(1) ?? ''}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (broken.length > 0 || perSecond < TARGET_PER_SECOND || p99 > TARGET_P99_MS) process.exitCode = 1;
}

await runBench(main);
