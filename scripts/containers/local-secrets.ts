/**
 * Makes the keys and passwords of a system in containers on one machine, a folder for each that has some, and keeps
 * those that are there. docker/compose.yaml runs it before everything else and mounts each folder where it belongs.
 * Usage: local-secrets.ts FOLDER
 */
import { generateSigningKey, SigningKey, toPublicKey, type Trust } from '@tributary/service-kit';
import { PERSONAL_DATA_SCOPE } from '@tributary/subgraph-kit';
import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readServices } from '../services/services.ts';
import { createRoleSql, databaseOf, grantRightsSql, roleOf } from './role-sql.ts';

const DATABASES = readServices().flatMap(({ name, store }) => (store === 'postgres' ? [name] : []));

export async function writeLocalSecrets(folder: string): Promise<void> {
  const path = (name: string) => join(folder, name);
  await keep(path('postgres/password'), randomPassword);
  const roles: string[] = [];
  for (const name of DATABASES) {
    const database = databaseOf(name);
    const urlOf = (role: string) => `postgres://${role}:${randomPassword()}@postgres:5432/${database}`;
    // Migrations run as the owner of the database; what serves is another role, which can do less.
    const owner = new URL(await keep(path(`owners/${name}-postgres-url`), () => urlOf(database)));
    const service = new URL(await keep(path(`${name}/postgres-url`), () => urlOf(roleOf(name))));
    roles.push(
      `CREATE ROLE ${database} LOGIN PASSWORD '${owner.password}';`,
      `CREATE DATABASE ${database} OWNER ${database};`,
      `\\connect ${database}`,
      createRoleSql(name, service.password),
      `SET ROLE ${database};`,
      grantRightsSql(name),
      'RESET ROLE;',
    );
  }
  await keep(path('postgres/roles.sql'), () => `${roles.join('\n')}\n`);
  await keep(path('products/mongodb-uri'), () => 'mongodb://mongo:27017/products?replicaSet=rs0');

  await keepKey(path('users/access-token-key.json'), 'access-token-1');
  const viewerKey = await keepKey(path('gateway/viewer-key.json'), 'gateway-1');
  const paymentsKey = await keepKey(path('payments/service-key.json'), 'payments-1');
  const usersKey = await keepKey(path('users/service-key.json'), 'users-1');
  await keepKey(path('products/service-key.json'), 'products-1');
  for (const name of ['users', 'payments'])
    await keep(path(`${name}/encryption-keys.json`), () =>
      JSON.stringify({ current: '1', keys: { '1': randomBytes(32).toString('base64url') } }),
    );
  await keep(path('users/event-subscribers.json'), () =>
    JSON.stringify({ products: 'http://products:4002/events', payments: 'http://payments:4003/events' }),
  );
  // Nobody here listens to products: whoever does is added, and is given its public key.
  await keep(path('products/event-subscribers.json'), () => '{}');
  for (const [prefix, providersName, paymentsName] of [
    ['sk_test_', 'api-key', 'provider-api-key'],
    ['whsec_', 'webhook-secret', 'provider-webhook-secrets'],
  ] as const) {
    const shared = await keep(
      path(`sandbox-provider/${providersName}`),
      () => `${prefix}${randomPassword()}`,
    );
    await keep(path(`payments/${paymentsName}`), () => shared);
  }
  const trust: Trust = {
    issuers: {
      gateway: { keys: [toPublicKey(viewerKey)], actsForUsers: true, scopes: [] },
      payments: { keys: [toPublicKey(paymentsKey)], actsForUsers: false, scopes: ['inventory:reserve'] },
      users: { keys: [toPublicKey(usersKey)], actsForUsers: false, scopes: [PERSONAL_DATA_SCOPE] },
    },
  };
  for (const name of ['users', 'products', 'payments'])
    await keep(path(`${name}/trust.json`), () => JSON.stringify(trust));
}

/** Of characters that need no encoding in a URL and no quoting in SQL. */
const randomPassword = (): string => randomBytes(24).toString('base64url');

async function keepKey(path: string, kid: string): Promise<SigningKey> {
  const key = await generateSigningKey(kid);
  return SigningKey.parse(JSON.parse(await keep(path, () => JSON.stringify(key))));
}

/** What the file holds; it is made when it is not there. Containers run as several accounts, so all may read it. */
async function keep(path: string, create: () => string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const present = await access(path).then(
    () => true,
    () => false,
  );
  if (!present) {
    await writeFile(`${path}.new`, create(), { mode: 0o444 });
    await rename(`${path}.new`, path);
  }
  return readFile(path, 'utf8');
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: local-secrets.ts FOLDER');
await writeLocalSecrets(folder);
