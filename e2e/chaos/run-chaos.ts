import { ANONYMOUS } from '@tributary/service-kit';
import { userViewer } from '@tributary/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { typedId } from '@tributary/subgraph-kit';
import { SAMPLE_PASSWORD } from '../../scripts/system/seed-orders.ts';
import { createRandom } from '../soak/random.ts';
import { askInstances, keepBuying, type Ask } from './buyer.ts';
import { Journal } from './journal.ts';
import { alwaysBroken, countBooks, finallyBroken, type Violations } from './judge.ts';
import { disturb } from './killer.ts';
import type { Bug } from './options.ts';
import type { Disturbance } from './schedule.ts';
import { startWorld, type ChaosWorld } from './start-world.ts';

const BUYERS = 8;
const BUYERS_AT_THE_GATEWAY = ['ada', 'grace'];
const CHECK_EVERY_MS = 1_000;
/** How long everything may take to come to rest, on a busy machine. */
const REST_MS = 180_000;
/** What is broken on purpose does not heal: it is told after this. */
const REST_WITH_BUG_MS = 25_000;
/** More than anybody can buy. */
const PLENTY = 1_000_000;

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly bug: Bug | undefined;
  /** What is done to the system. */
  readonly schedule: readonly Disturbance[];
  readonly onProgress: (line: string) => void;
}

export interface ChaosResult {
  readonly journal: Journal;
  /** Snapshots that were looked at while things happened. */
  readonly snapshots: number;
  /** What did not hold, by name; empty when all did. */
  readonly violations: Violations;
  /** When something did not hold while things happened, in milliseconds since buying began. */
  readonly brokenAtMs: number | undefined;
  /** Where the logs of a run are that failed. */
  readonly logFolder: string | undefined;
}

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const journal = new Journal();
  const world = await startWorld(options.seed, options.bug, (event) => {
    // Others were killed by us.
    if (event.includes('exit code')) journal.count(event.replace(/, starting .*/, ''));
  });
  try {
    options.onProgress('the system runs; buying begins');
    const result = await run(world, journal, options);
    // Where the database did not come back, that is what is to be told.
    await countBooks(world, journal).catch(() => undefined);
    const isBroken = Object.keys(result.violations).length > 0;
    return { ...result, journal, logFolder: isBroken ? await world.keepLogs() : undefined };
  } finally {
    await world.stop();
  }
}

const userId = typedId('usr');

async function run(
  world: ChaosWorld,
  journal: Journal,
  { minutes, seed, bug, schedule, onProgress }: ChaosOptions,
): Promise<Omit<ChaosResult, 'journal' | 'logFolder'>> {
  const restMs = bug === undefined ? REST_MS : REST_WITH_BUG_MS;
  const variants = await stockUp(world);
  const buying = abortAfter(minutes * 60_000);
  const waiting = abortAfter(minutes * 60_000 + restMs);
  const { signal: end } = buying;
  const { signal: deadline } = waiting;
  const operator = askInstances(
    world,
    userViewer(userId.generate(), ['payments:refund', 'payments:read', 'orders:read']),
  );
  const guests: readonly Ask[] = [
    (query, variables) => world.gateway(query, variables),
    askInstances(world, ANONYMOUS),
  ];
  const customers = [
    ...(await Promise.all(BUYERS_AT_THE_GATEWAY.map((name) => askGateway(world, name)))),
    ...Array.from({ length: BUYERS - BUYERS_AT_THE_GATEWAY.length - guests.length }, () =>
      askInstances(world, userViewer(userId.generate(), [])),
    ),
  ];
  const buyers = [...customers, ...guests].map((ask, index) =>
    keepBuying({
      name: `chaos-${seed}-${index}`,
      ask,
      email: index < customers.length ? null : `chaos-${index}@example.com`,
      operator,
      variants,
      // Of its own, so that what one buyer does does not depend on how fast another is.
      random: createRandom(seed * 1_000 + index),
      journal,
      signal: end,
      deadline,
    }),
  );
  const disturbing = disturb(world, schedule, journal, end, REST_MS);
  // One that fails early is told of at the end.
  for (const work of [...buyers, disturbing]) work.catch(() => undefined);
  const watched = await watch(world, end);
  const isBroken = Object.keys(watched.violations).length > 0;
  if (isBroken) {
    buying.abort();
    waiting.abort();
  } else onProgress('buying ends; everything comes to rest');
  const endings = await Promise.allSettled([...buyers, disturbing]);
  if (isBroken) return watched;
  const lost = endings.flatMap((ending) => (ending.status === 'rejected' ? [String(ending.reason)] : []));
  if (lost.length > 0) return { ...watched, violations: { 'everything comes back': lost } };
  let violations: Violations;
  do {
    violations = await finallyBroken(world, journal).catch((error: unknown) => ({
      'everything answers': String(error),
    }));
    if (Object.keys(violations).length === 0) break;
    await delay(CHECK_EVERY_MS);
  } while (!deadline.aborted);
  return { ...watched, violations };
}

function abortAfter(ms: number): AbortController {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, ms).unref();
  return controller;
}

/** Looks at the books while all goes on. A store that was just killed is looked at when it is back. */
async function watch(
  world: ChaosWorld,
  end: AbortSignal,
): Promise<Pick<ChaosResult, 'snapshots' | 'violations' | 'brokenAtMs'>> {
  const begun = Date.now();
  let snapshots = 0;
  while (!end.aborted) {
    const violations = await alwaysBroken(world).catch(() => undefined);
    if (violations !== undefined) {
      snapshots += 1;
      const brokenAtMs = Date.now() - begun;
      if (Object.keys(violations).length > 0) return { snapshots, violations, brokenAtMs };
    }
    await delay(CHECK_EVERY_MS, undefined, { signal: end }).catch(() => undefined);
  }
  return { snapshots, violations: {}, brokenAtMs: undefined };
}

async function signIn(world: ChaosWorld, mailbox: string): Promise<string> {
  const query =
    'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { __typename } } }';
  const input = { email: `${mailbox}@tributary.example`, password: SAMPLE_PASSWORD };
  const { data } = await world.gateway(query, { input });
  const token: unknown = data?.signIn?.tokens?.accessToken;
  if (typeof token !== 'string') throw new Error(`${mailbox} cannot sign in`);
  return token;
}

async function askGateway(world: ChaosWorld, mailbox: string): Promise<Ask> {
  let token = await signIn(world, mailbox);
  return async (query, variables) => {
    const answer = await world.gateway(query, variables, token);
    // An access token lives for minutes.
    if (answer.status === 401) token = await signIn(world, mailbox);
    return answer;
  };
}

/** A few variants that everybody wants, and enough of them. */
async function stockUp(world: ChaosWorld): Promise<readonly string[]> {
  const { data } = await world.gateway(
    `{ products(first: 12, filter: { availableForSale: true }) {
      nodes { variants(first: 20) { nodes { id availableForSale price(currency: "EUR") { amount } } } } } }`,
    {},
  );
  const variants: string[] = data.products.nodes.flatMap(
    (product: { variants: { nodes: { id: string; availableForSale: boolean; price: unknown }[] } }) =>
      product.variants.nodes
        .filter(({ availableForSale, price }) => availableForSale && price !== null)
        .slice(0, 1)
        .map(({ id }) => id),
  );
  const token = await signIn(world, 'catalog');
  for (const variantId of variants) {
    const input = { variantId, delta: PLENTY, reason: 'delivery', idempotencyKey: `chaos-fill-${variantId}` };
    const filled = await world.gateway(
      'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { __typename } } }',
      { input },
      token,
    );
    if (filled.errors !== undefined) throw new Error(`no stock: ${JSON.stringify(filled.errors)}`);
  }
  return variants;
}
