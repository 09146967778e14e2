import { postGraphql, type GraphqlAnswer } from '@tributary/testkit';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildExplorer } from '../scripts/build-explorer.ts';
import { removeDataFolder } from '../scripts/system/data-folder.ts';
import { findFreePorts } from '../scripts/system/ports.ts';
import { SAMPLE_PASSWORD } from '../scripts/system/seed-orders.ts';
import { startSystem, type System } from '../scripts/system/start-system.ts';
import { runningSystem } from './running-system.ts';

export interface TestSystem extends System {
  /** `iss` of access tokens. */
  readonly issuer: string;
  /** Asks the gateway. */
  request(query: string, variables?: Record<string, unknown>, accessToken?: string): Promise<GraphqlAnswer>;
  /** Access token of a seeded account, `ada` or `admin` for example. */
  signIn(mailbox: string): Promise<string>;
}

/** How long a whole system may take to start on a busy machine with two cores, in milliseconds. */
export const BOOT_TIMEOUT_MS = 120_000;

/**
 * The whole system as `npm start` runs it, on free ports, with data of its own that is gone afterwards. Or the one that
 * runs already, when there is one: it has no processes and no stores to touch.
 */
export async function bootSystem(): Promise<TestSystem> {
  if (runningSystem !== undefined) {
    const { urls, issuer, accessTokenKey } = runningSystem;
    const asSystem = { urls, secrets: { accessTokenKey } } as unknown as System;
    return { ...asSystem, issuer, ...asking(asSystem), stop: () => Promise.resolve() };
  }
  await buildExplorer();
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-e2e-'));
  // Run by root, PostgreSQL is another account's process: let it in.
  await chmod(dataFolder, 0o755);
  const system = await startSystem({ ports: await findFreePorts(), dataFolder, seed: true });
  return {
    ...system,
    issuer: system.urls.users,
    ...asking(system),
    stop: async () => {
      await system.stop();
      await removeDataFolder(dataFolder);
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

function asking({ urls }: Pick<System, 'urls'>): Pick<TestSystem, 'request' | 'signIn'> {
  const request: TestSystem['request'] = (query, variables = {}, accessToken) =>
    postGraphql(
      `${urls.gateway}/graphql`,
      { query, variables },
      accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
    );
  return { request, signIn: (mailbox) => signIn(request, `${mailbox}@tributary.example`, SAMPLE_PASSWORD) };
}

/** @throws Error when there is no such account or password. */
export async function signIn(
  request: TestSystem['request'],
  email: string,
  password: string,
): Promise<string> {
  const { data, errors } = await request(
    'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { __typename } } }',
    { input: { email, password } },
  );
  const token: unknown = data?.signIn?.tokens?.accessToken;
  if (typeof token !== 'string') throw new Error(`sign-in failed: ${JSON.stringify(errors ?? data)}`);
  return token;
}
