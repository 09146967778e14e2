/**
 * `npm run bench:users`: what people who are signed in notice while many others sign in at once.
 * The real service on a real PostgreSQL, both in processes of their own. Exits 1 when p99 is over the target.
 */
import {
  createViewerTokenSigner,
  toPublicKey,
  generateSigningKey,
  type Viewer,
} from '@tributary/service-kit';
import { removeDataDirectory, startLocalPostgres } from '@tributary/local-postgres';
import { graphqlClient, spawnService, type GraphqlRequest } from '@tributary/testkit';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../measure/statistics.ts';
import { SAMPLE_PASSWORD } from '../../scripts/system/seed-orders.ts';

const MAIN = 'subgraphs/users/src/main.ts';
const SIGN_INS_AT_ONCE = 20;
const SECONDS = Number(process.argv[2] ?? 5);
/** p99 of the viewer query under load, in multiples of what it is without. */
const TARGET = 3;
/** A person's pace, many people's number: 50 queries a second, begun on time whatever the last one took. */
const EVERY_MS = 20;

const VIEWER = '{ viewer { displayName email } }';
const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { tokenType } user { id } } }';
const MAILBOXES = ['ada', 'grace', 'bjork', 'yuki', 'fatima', 'sean', 'priya', 'lukas', 'chloe', 'mateo'];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-users-'));
  // Run by root, PostgreSQL is another account's process: let it in.
  await chmod(folder, 0o755);
  const postgres = await startLocalPostgres({ dataDir: join(folder, 'postgres') });
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
  const service = spawnService(MAIN, ['serve'], env);
  try {
    const request = graphqlClient(`${await service.url}/graphql`, 'users', signer);
    const viewer = await signIn(request, 'ada');
    await measure(request, viewer, 1);
    const alone = await measure(request, viewer, SECONDS);
    const load = startSignIns(request);
    const loaded = await measure(request, viewer, SECONDS);
    report(alone, loaded, await load.stop());
  } finally {
    service.process.kill();
    await service.finished;
    await postgres.stop();
    await removeDataDirectory(join(folder, 'postgres'));
    await rm(folder, { recursive: true, force: true });
  }
}

async function signIn(request: GraphqlRequest, mailbox: string): Promise<Viewer> {
  const input = { email: `${mailbox}@tributary.example`, password: SAMPLE_PASSWORD };
  const { data } = (await request(SIGN_IN, { input })) as {
    readonly data?: { readonly signIn?: { readonly user?: { readonly id?: unknown } } };
  };
  const id = data?.signIn?.user?.id;
  if (typeof id !== 'string') throw new Error(`${mailbox} cannot sign in: ${JSON.stringify(data)}`);
  return { kind: 'user', id, scopes: [], sessionId: undefined, authTime: undefined };
}

/** Keeps so many sign-ins under way. Each account has its turns alone: its guesses would be counted together. */
function startSignIns(request: GraphqlRequest): { stop(): Promise<number> } {
  let going = true;
  let done = 0;
  const loops = Array.from({ length: SIGN_INS_AT_ONCE }, async (_, i) => {
    for (let turn = 0; going; turn += 1) {
      const known = i < MAILBOXES.length;
      const email = known ? `${MAILBOXES[i] ?? ''}@tributary.example` : `nobody-${i}-${turn}@example.org`;
      await request(SIGN_IN, { input: { email, password: SAMPLE_PASSWORD } });
      done += 1;
    }
  });
  return {
    stop: async () => {
      going = false;
      await Promise.all(loops);
      return done;
    },
  };
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

function report(alone: readonly number[], loaded: readonly number[], signIns: number): void {
  const line = (name: string, sample: readonly number[]): string =>
    `${name.padEnd(24)} p50 ${quantile(sample, 0.5).toFixed(1)} ms   p99 ${quantile(sample, 0.99).toFixed(1)} ms   n=${sample.length}`;
  const ratio = quantile(loaded, 0.99) / quantile(alone, 0.99);
  const lines = [
    line('viewer, alone', alone),
    line(`viewer, ${SIGN_INS_AT_ONCE} sign-ins at once`, loaded),
    `${(signIns / SECONDS).toFixed(0)} sign-ins a second; p99 is ${ratio.toFixed(1)} times that without (target ${TARGET})`,
    `load average ${loadavg()[0]?.toFixed(1) ?? ''}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (ratio > TARGET) process.exitCode = 1;
}

await main();
