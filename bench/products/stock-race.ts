/**
 * `npm run bench:products`: 64 buyers race for 1,000 units at 8 instances of the products service, all of them and
 * the store processes of their own. Exits 1 unless exactly 1,000 are sold.
 */
import { createTestTrust, graphqlClient, spawnService, userViewer, waitFor } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerHelp } from '../../scripts/command-line.ts';
import { createStock } from '../../subgraphs/products/src/testing/create-test-product.ts';
import { raceForStock } from '../../subgraphs/products/src/testing/race-for-stock.ts';
import { reservationClient } from '../../subgraphs/products/src/testing/reservation-client.ts';
import { findFreePort } from '../measure/free-port.ts';

answerHelp(`64 buyers race for units at 8 instances of the products service. Usage: npm run bench:products [-- UNITS]

1,000 units when left out. Exits 1 unless exactly so many are sold.
`);

const MAIN = 'subgraphs/products/src/main.ts';
const UNITS = Number(process.argv[2] ?? 1_000);
const BUYERS = 64;
const INSTANCES = 8;
const PATIENCE_MS = 120_000;

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-products-'));
  const trust = await createTestTrust();
  const port = await findFreePort();
  const env = {
    MONGODB_URI: `mongodb://127.0.0.1:${port}/race`,
    TRUST_FILE: join(folder, 'trust.json'),
    PORT: '0',
    LOG_LEVEL: 'info',
  };
  await writeFile(env.TRUST_FILE, JSON.stringify(trust.trust));
  const store = spawnService(
    'packages/embedded-mongo/src/main.ts',
    ['--data', join(folder, 'mongo'), '--port', String(port)],
    env,
  );
  await waitFor(() => store.output().includes('listening'), { timeoutMs: PATIENCE_MS, what: 'the store' });
  await spawnService(MAIN, ['migrate'], env).finished;
  const services = Array.from({ length: INSTANCES }, () => spawnService(MAIN, ['serve'], env));
  try {
    const origins = await Promise.all(services.map(({ url }) => url));
    const admin = graphqlClient(`${origins[0]}/graphql`, 'products', trust);
    const variantId = await createStock(
      { askAdmin: (query, variables) => admin(query, variables, userViewer('usr_admin', ['catalog:write'])) },
      UNITS,
    );
    const payments = await trust.serviceSigner('payments');
    const clients = origins.map((origin) => {
      const request = graphqlClient(`${origin}/graphql`, 'products', payments);
      return reservationClient((query, variables) =>
        request(query, variables, { kind: 'service', id: 'payments', scopes: ['inventory:reserve'] }),
      );
    });
    const begun = performance.now();
    const { sold, committed, refused } = await raceForStock(clients, variantId, BUYERS, () => 1);
    const seconds = (performance.now() - begun) / 1_000;
    process.stdout.write(
      `${BUYERS} buyers, ${INSTANCES} instances: ${sold} of ${UNITS} units sold in ${committed} reservations, ` +
        `${refused} refused, ${seconds.toFixed(1)} s, ${(committed / seconds).toFixed(0)} purchases/s, ` +
        `load ${loadavg()[0]?.toFixed(1)}\n`,
    );
    if (sold !== UNITS) process.exitCode = 1;
  } finally {
    for (const { process: child } of [...services, store]) child.kill('SIGTERM');
    await Promise.all([...services, store].map(({ finished }) => finished));
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
