import type { TestTrust } from '@tributary/testkit';
import { API_KEY, WEBHOOK_SECRET } from './sandbox-process.ts';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string>>;

/** The files and variables the service needs to start; `remove` deletes the files. */
export async function createEnvironment(
  databaseUrl: string,
  productsUrl: string,
  sandboxUrl: string,
  trust: TestTrust,
): Promise<{ readonly env: Environment; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-payments-'));
  const trustFile = join(folder, 'trust.json');
  const keyFile = join(folder, 'key.json');
  await writeFile(trustFile, JSON.stringify(trust.trust));
  const encryptionFile = join(folder, 'encryption.json');
  await writeFile(
    encryptionFile,
    JSON.stringify({ current: '1', keys: { '1': randomBytes(32).toString('base64url') } }),
  );
  await writeFile(keyFile, JSON.stringify(trust.keyOf('payments')));
  return {
    env: {
      PORT: '0',
      POSTGRES_URL: databaseUrl,
      TRUST_FILE: trustFile,
      SERVICE_KEY_FILE: keyFile,
      ENCRYPTION_KEY_FILE: encryptionFile,
      PRODUCTS_URL: productsUrl,
      SANDBOX_URL: sandboxUrl,
      PROVIDER_API_KEY: API_KEY,
      PROVIDER_WEBHOOK_SECRETS: WEBHOOK_SECRET,
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
