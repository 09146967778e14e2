import { generateSigningKey, toPublicKey, SigningKey, type Trust } from '@tributary/service-kit';
import { PERSONAL_DATA_SCOPE } from '@tributary/subgraph-kit';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SecretFiles {
  /** Signs access tokens (users). */
  readonly accessTokenKey: string;
  /** Encrypts the keys that follow it (users). */
  readonly encryptionKeys: string;
  /** Encrypts the secrets of webhooks (payments). */
  readonly paymentsEncryptionKeys: string;
  /** Signs viewer tokens (gateway). */
  readonly viewerKey: string;
  /** Signs service tokens (payments). */
  readonly paymentsKey: string;
  /** Signs events and service tokens (users). */
  readonly usersKey: string;
  /** What payments and the sandbox provider show each other. */
  readonly sandboxApiKey: string;
  readonly sandboxWebhookSecret: string;
  /** Who may sign requests to a subgraph. */
  readonly trust: string;
}

/** The keys of a local system, made at its first start and kept for its life. */
export async function ensureSecrets(dataFolder: string): Promise<SecretFiles> {
  const folder = join(dataFolder, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: SecretFiles = {
    accessTokenKey: join(folder, 'access-token.json'),
    encryptionKeys: join(folder, 'encryption.json'),
    paymentsEncryptionKeys: join(folder, 'payments-encryption.json'),
    viewerKey: join(folder, 'viewer.json'),
    paymentsKey: join(folder, 'payments.json'),
    usersKey: join(folder, 'users.json'),
    sandboxApiKey: join(folder, 'sandbox-api-key'),
    sandboxWebhookSecret: join(folder, 'sandbox-webhook-secret'),
    trust: join(folder, 'trust.json'),
  };
  await ensureKey(files.accessTokenKey, 'access-token-1');
  await ensureEncryptionKeys(files.encryptionKeys);
  await ensureEncryptionKeys(files.paymentsEncryptionKeys);
  await ensureText(files.sandboxApiKey, 'sk_test_');
  await ensureText(files.sandboxWebhookSecret, 'whsec_');
  const viewerKey = await ensureKey(files.viewerKey, 'gateway-1');
  const paymentsKey = await ensureKey(files.paymentsKey, 'payments-1');
  const usersKey = await ensureKey(files.usersKey, 'users-1');
  const trust: Trust = {
    issuers: {
      gateway: { keys: [toPublicKey(viewerKey)], actsForUsers: true, scopes: [] },
      payments: { keys: [toPublicKey(paymentsKey)], actsForUsers: false, scopes: ['inventory:reserve'] },
      users: { keys: [toPublicKey(usersKey)], actsForUsers: false, scopes: [PERSONAL_DATA_SCOPE] },
    },
  };
  await writeSecret(files.trust, trust);
  return files;
}

async function ensureKey(path: string, kid: string): Promise<SigningKey> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== undefined) return SigningKey.parse(JSON.parse(present));
  const key = await generateSigningKey(kid);
  await writeSecret(path, key);
  return key;
}

async function ensureText(path: string, prefix: string): Promise<void> {
  if (await isPresent(path)) return;
  await writeWhole(path, `${prefix}${randomBytes(24).toString('base64url')}`);
}

async function ensureEncryptionKeys(path: string): Promise<void> {
  if (await isPresent(path)) return;
  await writeSecret(path, { current: '1', keys: { '1': randomBytes(32).toString('base64url') } });
}

/** Whole or not at all: a start that is killed here must not leave half a key. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

const writeSecret = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, JSON.stringify(value, null, 2));

const isPresent = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
