/**
 * `npm run bench:users`: what people who are signed in notice while many others sign in at once, and what a hundred users by
 * id cost. The real service, a real PostgreSQL and those who sign in are processes of their own. Exits 1 when a target is missed.
 */
import {
  createViewerTokenSigner,
  toPublicKey,
  generateSigningKey,
  type Viewer,
} from '@tributary/service-kit';
import { removeDataDirectory, startLocalPostgres } from '@tributary/local-postgres';
import { typedId } from '@tributary/subgraph-kit';
import { graphqlClient, spawnService, userViewer, type GraphqlRequest } from '@tributary/testkit';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pg from 'pg';
import { answerHelp } from '../../scripts/command-line.ts';
import { quantile } from '../measure/statistics.ts';
import { runBench, type Release } from '../run-bench.ts';
import { measureEntityFetch, type EntityFetch } from './entity-fetch.ts';

answerHelp(`Measures what people who are signed in notice while many others sign in. Usage: npm run bench:users [-- SECONDS]

SECONDS of sign-ins, 5 when left out. Exits 1 when a target is missed: bench/README.md.
`);

const MAIN = 'subgraphs/users/src/main.ts';
const SIGN_IN_PROCESS = join(import.meta.dirname, 'sign-in-process.ts');
const SIGN_INS_AT_ONCE = 20;
/** Short on purpose: the first moment of the burst is the hardest and must be more than a hundredth of what is measured. */
const SECONDS = Number(process.argv[2] ?? 5);
const WARM_UP_SECONDS = 3;
/** Longer than a pool keeps idle connections that it need not keep: the sign-ins come after a quiet time, all at once. */
const ALONE_SECONDS = 33;
/** p99 of the viewer query under load, in multiples of what it is without. */
const TARGET = 3;
/** A person's pace, many people's number: 50 queries a second, begun on time whatever the last one took. */
const EVERY_MS = 20;

const VIEWER = '{ viewer { displayName email } }';
const VIEWER_EMAIL = 'ada@tributary.example';
const userId = typedId('usr');

/** What this process adds to what it measures. */
const DRIVER_RESOLUTION_MS = 2;
const driverDelay = monitorEventLoopDelay({ resolution: DRIVER_RESOLUTION_MS });

interface SignIns {
  start(): void;
  /** @returns how many there were since the start. */
  stop(): Promise<number>;
  end(): void;
}

async function main(release: Release): Promise<void> {
  driverDelay.enable();
  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-users-'));
  release(() => rm(folder, { recursive: true, force: true }));
  // Run by root, PostgreSQL is another account's process: let it in.
  await chmod(folder, 0o755);
  const starting = startLocalPostgres({ dataDir: join(folder, 'postgres') });
  release(async () => {
    await (await starting).stop();
    await removeDataDirectory(join(folder, 'postgres'));
  });
  const postgres = await starting;
  const key = await generateSigningKey('bench');
  const signer = await createViewerTokenSigner('gateway', key);
  const trust = { issuers: { gateway: { keys: [toPublicKey(key)], actsForUsers: true, scopes: [] } } };
  const file = async (name: string, value: unknown): Promise<string> => {
    await writeFile(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  const env = {
    POSTGRES_URL: await postgres.createDatabase('users'),
    PORT: '0',
    TRUST_FILE: await file('trust.json', trust),
    ACCESS_TOKEN_KEY_FILE: await file('key.json', await generateSigningKey('access')),
    MAIL_FOLDER: join(folder, 'mail'),
  };
  await spawnService(MAIN, ['migrate'], env).finished;
  await spawnService(MAIN, ['seed'], env).finished;
  const ids = await addUsers(env.POSTGRES_URL);
  const service = spawnService(MAIN, ['serve'], env);
  release(() => {
    service.process.kill();
    return service.finished;
  });
  const origin = await service.url;
  const signIns = createSignIns(origin, await file('gateway.json', key));
  release(signIns.end);
  const request = graphqlClient(`${origin}/graphql`, 'users', signer);
  const viewer = userViewer(ids[0] ?? '');
  // Until code is compiled: what is asked about is a service that runs, not one that starts.
  signIns.start();
  await measure(request, viewer, WARM_UP_SECONDS);
  await signIns.stop();
  const alone = await measure(request, viewer, ALONE_SECONDS);
  driverDelay.reset();
  signIns.start();
  const loaded = await measure(request, viewer, SECONDS);
  const driverLateMs = driverDelay.percentile(99) / 1e6 - DRIVER_RESOLUTION_MS;
  const done = await signIns.stop();
  const entities = await measureEntityFetch(request, ids, postgres);
  report({ alone, loaded, signIns: done, entities, driverLateMs });
}

/** Keeps so many sign-ins under way, from a process of its own. */
function createSignIns(origin: string, keyFile: string): SignIns {
  const child = fork(SIGN_IN_PROCESS, [origin, keyFile, String(SIGN_INS_AT_ONCE)], {
    execArgv: ['--import', 'tsx'],
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`the process of the sign-ins ended with ${code ?? 'a signal'}`));
    });
  });
  failed.catch(() => undefined);
  return {
    start: () => {
      child.send('start');
    },
    stop: async () => {
      child.send('stop');
      const [count] = (await Promise.race([once(child, 'message'), failed])) as [number];
      return count;
    },
    end: () => {
      child.kill();
    },
  };
}

/** The sample accounts, and as many more as make a hundred. */
async function addUsers(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO users (id, email, email_key, display_name, created_at, updated_at)
     SELECT gen_random_uuid(), n || '@example.org', n || '@example.org', 'Person ' || n, now(), now() FROM generate_series(1, 100) n`,
  );
  const { rows } = await client.query<{ id: string }>('SELECT id FROM users ORDER BY email = $1 DESC', [
    VIEWER_EMAIL,
  ]);
  await client.end();
  return rows.map(({ id }) => userId.fromUuid(id));
}

/** How long each query took from when it was due, in milliseconds. */
async function measure(request: GraphqlRequest, viewer: Viewer, seconds: number): Promise<number[]> {
  const took: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n * EVERY_MS < seconds * 1_000; n += 1) {
    const due = start + n * EVERY_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    pending.push(
      request(VIEWER, {}, viewer).then(({ errors }) => {
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        took.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(pending);
  return took;
}

interface Results {
  readonly alone: readonly number[];
  readonly loaded: readonly number[];
  readonly signIns: number;
  readonly entities: EntityFetch;
  /** p99 of how late this process itself was. */
  readonly driverLateMs: number;
}

function report({ alone, loaded, signIns, entities, driverLateMs }: Results): void {
  const line = (name: string, sample: readonly number[]): string =>
    `${name.padEnd(30)} p50 ${quantile(sample, 0.5).toFixed(1)} ms   p99 ${quantile(sample, 0.99).toFixed(1)} ms   worst ${quantile(sample, 1).toFixed(1)} ms   n=${sample.length}`;
  const ratio = quantile(loaded, 0.99) / quantile(alone, 0.99);
  const lines = [
    line('viewer, alone', alone),
    line(`viewer, ${SIGN_INS_AT_ONCE} sign-ins at once`, loaded),
    `${(signIns / SECONDS).toFixed(0)} sign-ins a second; p99 is ${ratio.toFixed(1)} times that without (target ${TARGET})`,
    line('100 users by id, one request', entities.took),
    `${entities.statements} SQL statement for it (target 1)`,
    `own event loop late by ${driverLateMs.toFixed(1)} ms (p99); load average ${loadavg()[0]?.toFixed(1) ?? ''}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (ratio > TARGET || entities.statements !== 1) process.exitCode = 1;
}

await runBench(main);
