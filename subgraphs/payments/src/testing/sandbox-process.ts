import { spawnService, type SpawnedService } from '@tributary/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './free-port.ts';

export const API_KEY = 'sk_test_of_the_tests';
export const WEBHOOK_SECRET = 'whsec_of_the_tests';

export interface SandboxProcess {
  /** Origin; the same after a restart. */
  readonly url: string;
  /** The page that a library in the buyer's browser shows them. */
  pageOf(clientSecret: string): string;
  /** `POST` of the buyer at the page of their bank. */
  authenticate(pageUrl: string, outcome: 'complete' | 'fail'): Promise<void>;
  /** Sends its events to this origin's `/webhooks/provider` from now on: it is started again. */
  sendWebhooksTo(origin: string): Promise<void>;
  /** As a crash would. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Whatever it knows, by the API's own list. */
  list(path: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

/** The sandbox provider as a process of its own, with books in a folder of its own. */
export async function startSandboxProcess(): Promise<SandboxProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-sandbox-'));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  let webhooks: Readonly<Record<string, string>> = {};
  let current: SpawnedService;
  const start = async (): Promise<void> => {
    const env = { PORT: String(port), DATA_FOLDER: folder, API_KEY, ...webhooks };
    current = spawnService('packages/sandbox-provider/src/main.ts', [], env);
    await current.url;
  };
  const kill = async (): Promise<void> => {
    current.process.kill('SIGKILL');
    await current.finished;
  };
  await start();
  return {
    url,
    pageOf: (secret) =>
      `${url}/authenticate/${secret.split('_secret_')[0] ?? ''}?client_secret=${encodeURIComponent(secret)}`,
    authenticate: async (pageUrl, outcome) => {
      const body = new URLSearchParams({ outcome });
      const response = await fetch(pageUrl, { method: 'POST', body, redirect: 'manual' });
      if (response.status >= 400) throw new Error(`the bank answered ${response.status}`);
    },
    sendWebhooksTo: async (origin) => {
      webhooks = { WEBHOOK_URL: `${origin}/webhooks/provider`, WEBHOOK_SECRET, DISTURB_WEBHOOKS: '1' };
      await kill();
      await start();
    },
    kill,
    restart: start,
    list: async (path) => {
      const all: Readonly<Record<string, unknown>>[] = [];
      for (let after = ''; ; after = `?starting_after=${String(all.at(-1)?.['id'])}`) {
        const response = await fetch(`${url}${path}${after}`, {
          headers: { authorization: `Bearer ${API_KEY}` },
        });
        const { data, has_more } = (await response.json()) as { data: typeof all; has_more: boolean };
        all.push(...data);
        if (!has_more) return all;
      }
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
