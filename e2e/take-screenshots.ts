/**
 * `npm run screenshots`: renews the pictures of the console in docs/images, from a registry that is filled as teams fill
 * theirs. Look at them before they are committed.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startTestPostgres, stopTestPostgres } from '../packages/testkit/src/jest/test-postgres.ts';
import { createKeyStore } from '../registry/src/access/key-store.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../registry/src/testing/start-test-registry.ts';
import { answerHelp } from '../scripts/command-line.ts';
import { fillRegistry, REF, SOURCE } from './console-data.ts';
import { launchBrowser } from './launch-browser.ts';

answerHelp(`Renews the pictures of the console in docs/images, with a real Chromium. Usage: npm run screenshots
`);

const images = join(import.meta.dirname, '../docs/images');

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly colorScheme?: 'light' | 'dark';
}

const pictures = (operationId: string): readonly Picture[] => [
  { name: 'console-graph', path: `/graphs/${REF}/schema` },
  { name: 'console-fields', path: `/graphs/${REF}/fields` },
  { name: 'console-check', path: `/graphs/${REF}/checks/2`, colorScheme: 'dark' },
  { name: 'console-contracts', path: `/graphs/${SOURCE}/checks/4` },
  { name: 'console-operation', path: `/graphs/${REF}/operations/${operationId}` },
];

async function take(registry: TestRegistry, page: Page): Promise<void> {
  const keys = createKeyStore(registry.pool);
  const { token } = await keys.create({ graphId: GRAPH, name: 'platform team', role: 'ADMIN' }, 'setup');
  await page.goto(registry.url);
  await page.getByLabel('API key').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/graphs/**');
  const { rows } = await registry.pool.query<{ id: string }>(
    `SELECT id FROM recorded_operations WHERE name = 'Catalogue'`,
  );
  for (const { name, path, colorScheme = 'light' } of pictures(rows[0]?.id ?? '')) {
    await page.emulateMedia({ colorScheme });
    await page.goto(registry.url + path);
    await page.screenshot({ path: join(images, `${name}.png`) });
  }
}

await startTestPostgres();
const registry = await startTestRegistry({ explorerUrl: 'http://gateway.test/' });
const browser = await launchBrowser();
try {
  await fillRegistry(registry);
  await take(registry, await browser.newPage({ viewport: { width: 1_280, height: 760 } }));
} finally {
  await browser.close();
  await registry.stop();
  await stopTestPostgres();
}
