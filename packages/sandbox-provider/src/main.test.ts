import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnService, type SpawnedService } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const API_KEY = 'sk_test_of_the_tests';
const PUBLIC_URL = 'https://shop.example';
const TIMEOUT_MS = 120_000;

describe('the process, as a container runs it', () => {
  let folder: string;
  let service: SpawnedService;
  let url: string;
  const start = async (): Promise<void> => {
    service = spawnService('packages/sandbox-provider/src/main.ts', [], {
      PORT: '0',
      DATA_FOLDER: join(folder, 'books'),
      API_KEY_FILE: join(folder, 'api-key'),
      PUBLIC_URL,
    });
    url = await service.url;
  };
  const intents = async (path = '', init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${API_KEY}` };
    const response = await fetch(`${url}/v1/payment_intents${path}`, { ...init, headers });
    return (await response.json()) as {
      id: string;
      status: string;
      next_action: { redirect_to_url: { url: string } } | null;
    };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-sandbox-'));
    await writeFile(join(folder, 'api-key'), `${API_KEY}\n`);
    await start();
  }, TIMEOUT_MS);
  afterAll(async () => {
    service.process.kill('SIGKILL');
    await service.finished;
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'sends the buyer to its public address, and knows of them when it is another process',
    async () => {
      const form = {
        amount: '4200',
        currency: 'eur',
        confirm: 'true',
        payment_method: 'pm_card_authenticationRequired',
        return_url: PUBLIC_URL,
      };
      const { id, next_action } = await intents('', { method: 'POST', body: new URLSearchParams(form) });
      service.process.kill('SIGTERM');
      await service.finished;
      await start();

      expect(next_action?.redirect_to_url.url).toBe(`${PUBLIC_URL}/authenticate/${id}`);
      const page = `${url}/authenticate/${id}`;
      expect(await (await fetch(page)).text()).toContain('4200 EUR');
      const body = new URLSearchParams({ outcome: 'complete' });
      await fetch(page, { method: 'POST', body, redirect: 'manual' });
      expect(await intents(`/${id}`)).toMatchObject({ status: 'succeeded', next_action: null });
    },
    TIMEOUT_MS,
  );
});
