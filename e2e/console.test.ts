import { afterAll, beforeAll, expect, it } from '@jest/globals';
import axe, { type RunOptions } from 'axe-core';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startTestRegistry, type TestRegistry } from '../registry/src/testing/start-test-registry.ts';
import { fillRegistry, REF, SOURCE, WHOLE } from './console-data.ts';
import { describeWithBrowser } from './find-browser.ts';
import { launchBrowser } from './launch-browser.ts';

const VARIANT = `/graphs/${REF}`;
const EXPLORER = 'http://gateway.test/';

/** Every kind of page there is, with something that only it says. */
const PAGES: readonly (readonly [path: string, says: RegExp])[] = [
  ['/sign-in', /shows what an API key may see/],
  ['/graphs/shop', /current[^]*launch 6/],
  [VARIANT, /Gateways get[^]*Launch 6[^]*Requests in 24 hours/],
  [`${VARIANT}/schema`, /15 entities/],
  [`${VARIANT}/schema?subgraph=users`, /1 entity/],
  [`${VARIANT}/schema/api`, /type Query/],
  [`${VARIANT}/subgraphs`, /payments[^]*products[^]*users/],
  [`${VARIANT}/subgraphs/products`, /Launch 5[^]*did not compose[^]*extend schema/],
  [`${VARIANT}/subgraphs/products?launch=2`, /what launch 2 had/],
  [`${VARIANT}/subgraphs/products/diff?from=3&to=4`, /5 lines added, 0 lines removed[^]*brand: String/],
  [`${VARIANT}/fields`, /used most[^]*Query[^]*productBySlug/],
  [`${VARIANT}/fields?show=unused&search=checkout`, /checkoutCancel/],
  [`${VARIANT}/fields/Product.slug`, /Resolved by[^]*products[^]*Catalogue[^]*MyOrders/],
  [`${VARIANT}/fields/Category.slug`, /No operation used it/],
  [`${VARIANT}/operations`, /Catalogue[^]*SignIn[^]*MyOrders/],
  [`${VARIANT}/clients`, /storefront[^]*7\.2\.0[^]*ios/],
  [`${VARIANT}/checks`, /Check 3[^]*1 composition error[^]*Check 2[^]*3 of 6 changes would break somebody/],
  [`${VARIANT}/checks?result=passed`, /Check 1/],
  [`${VARIANT}/checks/2`, /FIELD_REMOVED[^]*storefront@7\.2\.0: [\d,]+, ios@4\.1/],
  [`${VARIANT}/checks/3`, /INVALID_GRAPHQL[^]*Unknown type Nowhere/],
  [`${VARIANT}/launches`, /Launch 6[^]*served[^]*Launch 5[^]*1 error/],
  [`${VARIANT}/launches/5`, /Unknown type Nowhere/],
  [`${VARIANT}/launches/4`, /products another schema/],
  [`${VARIANT}/launches/3/roll-back`, /as launch 7/],
  [`/graphs/${WHOLE}`, /Schema\s*published whole/],
  [`/graphs/${WHOLE}/subgraphs`, /The whole schema[^]*Launch 2[^]*Compare[^]*title: String/],
  [`/graphs/${WHOLE}/whole-schema/diff?from=1&to=2`, /1 line added, 1 line removed/],
  [`/graphs/${WHOLE}/launches/2`, /The whole schema another schema/],
  [
    `/graphs/${SOURCE}/checks/4`,
    /Contracts failed[^]*public failed[^]*FIELD_REMOVED[^]*Names persisted[^]*registered by kiosk/,
  ],
  ['/graphs/shop/keys', /ADMIN[^]*New key/],
  ['/graphs/shop/activity', /signed in[^]*launch/],
  ['/graphs/shop@staging', /Nothing was published here yet[^]*rover subgraph publish shop@staging/],
  ['/graphs/shop@staging/operations', /No operation was reported[^]*USAGE_ENDPOINT/],
  ['/graphs/shop@staging/checks', /No check yet[^]*rover subgraph check shop@staging/],
  [`${VARIANT}/launches/99`, /There is nothing here/],
];

describeWithBrowser('the console in a browser', () => {
  let registry: TestRegistry;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let elsewhere: Server;
  let operationId: string;
  const outside: string[] = [];
  const problems: string[] = [];

  const open = async (path: string): Promise<void> => {
    await page.goto(`${registry.url}${path}`);
  };
  const text = (): Promise<string> => page.locator('main').innerText();
  /** What axe finds on the open page; only contrast depends on the colour scheme. */
  const barriers = async (): Promise<readonly string[]> => {
    // From the debugger, not as a script of the page, which its policy would refuse.
    await page.evaluate(axe.source);
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const options: RunOptions = colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {};
      const { violations } = await page.evaluate(
        (given) => (globalThis as unknown as { axe: typeof axe }).axe.run(given),
        { ...options, resultTypes: ['violations'] } satisfies RunOptions,
      );
      for (const { id, impact, nodes } of violations)
        found.push(`${colorScheme}, ${impact ?? ''}, ${id}: ${nodes[0]?.html ?? ''}`);
    }
    return found;
  };
  /** Goes on with Tab until the wanted element has the focus, as people without a mouse do. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        const label =
          element instanceof HTMLInputElement || element instanceof HTMLSelectElement
            ? element.labels?.[0]?.textContent
            : undefined;
        return label ?? element?.textContent ?? '';
      });
      if (name.test(focused.trim())) return;
    }
    throw new Error(`Tab does not reach ${String(name)} on ${page.url()}`);
  };

  beforeAll(async () => {
    registry = await startTestRegistry({ explorerUrl: EXPLORER });
    await fillRegistry(registry);
    const { rows } = await registry.pool.query(`SELECT id FROM recorded_operations WHERE name = 'Catalogue'`);
    operationId = rows[0].id;
    elsewhere = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<title>CI</title><a href="${registry.url}${VARIANT}/checks/2">Details</a>`);
    }).listen(0, '127.0.0.1');
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: registry.url });
    page = await context.newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(registry.url) && !request.url().startsWith('data:'))
        outside.push(request.url());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      // Chromium says this of every page that is answered with 4xx, which some are here on purpose.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        problems.push(message.text());
    });
  }, 300_000);

  afterAll(async () => {
    await browser.close();
    elsewhere.close();
    await registry.stop();
  });

  it('lets nobody in without a key, and goes on to the wanted page with one', async () => {
    await open(`${VARIANT}/checks/2`);
    expect(await text()).not.toContain('FIELD_REMOVED');

    await page.getByLabel('API key').fill('service:shop:guessed');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await text()).toContain('knows no such API key');

    await page.getByLabel('API key').fill(registry.key);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${VARIANT}/checks/2`);
    expect(await text()).toContain('FIELD_REMOVED');
  });

  it('keeps the session where no script and no other site gets it', async () => {
    const [cookie] = await context.cookies();

    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie?.value).not.toContain(registry.key);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('opens from a link on another site without asking for the key again', async () => {
    const { port } = elsewhere.address() as AddressInfo;
    await page.goto(`http://localhost:${port}/`);
    outside.length = 0;
    await page.getByRole('link').click();
    await page.waitForURL(`**${VARIANT}/checks/2`);
    await page.getByRole('heading', { name: 'Check 2' }).waitFor();
  });

  it.each(PAGES)(
    'shows %s, with no serious barrier in light or dark',
    async (path, says) => {
      await open(path);

      expect(await text()).toMatch(says);
      expect(await barriers()).toEqual([]);
    },
    180_000,
  );

  it('shows what gateways get', async () => {
    await open(`${VARIANT}/schema/supergraph`);

    expect(await text()).toContain('enum join__Graph');
  });

  it('shows an operation with its text, clients, counts and latency over time', async () => {
    await open(`${VARIANT}/operations/${operationId}`);

    expect(await text()).toMatch(/Requests[^]*Latency[^]*storefront[^]*query Catalogue/);
    expect(await page.locator('.chart rect.ok').count()).toBeGreaterThan(15);
    expect(await page.locator('.chart path.p95').getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+L/);
    await page.getByText('As a table').last().click();
    expect(await page.getByRole('table', { name: 'Latency over time' }).innerText()).toMatch(/\d ms/);
    expect(await barriers()).toEqual([]);
  });

  it('draws entities with who resolves their fields, and the ways between them', async () => {
    await open(`${VARIANT}/schema`);
    const card = page.locator('.card[data-type="User"]');
    expect(await card.textContent()).toMatch(/orders[^]*payments[^]*displayName[^]*users/);
    expect(await page.locator('.edge[data-from="Order"][data-to="User"]').count()).toBe(1);

    await card.hover();
    expect(await page.locator('.edge.lit').count()).toBeGreaterThan(3);
    await card.getByRole('link').click();
    expect(page.url()).toMatch(/#type-User$/);
  });

  it('marks heat by use: hot where every operation asks, none where nobody does', async () => {
    await open(`${VARIANT}/fields?search=Category`);
    const classOf = (field: string) =>
      page.locator(`a[href*="/fields/Category.${field}?"]`).getAttribute('class');

    expect(await classOf('name')).toBe('cell h6');
    expect(await classOf('slug')).toBe('cell h0');
  });

  it('leads to the explorer of the gateway', async () => {
    expect(await page.getByRole('link', { name: 'Explorer' }).getAttribute('href')).toBe(EXPLORER);
  });

  it('rolls back by keyboard alone', async () => {
    await open(`${VARIANT}/launches`);
    await tabTo(/^Launch 3$/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/launches/3');
    await tabTo(/^Roll back to this launch/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/launches/3/roll-back');
    await tabTo(/^Roll back to launch 3$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${VARIANT}/launches/7?rolled-back`);

    expect(await text()).toMatch(/Rolled back[^]*served[^]*rolled back to launch 3/);
    const { stdout } = await registry.rover(['subgraph', 'fetch', REF, '--name', 'products']);
    expect(stdout).not.toContain('brand: String');
  });

  it('makes a key by keyboard alone, shows it once, renames and deletes it', async () => {
    await open('/graphs/shop/keys');
    await tabTo(/^Name$/);
    await page.keyboard.type('products pipeline');
    await tabTo(/^PUBLISHER/);
    await tabTo(/^Variant$/);
    await page.keyboard.type('current');
    await tabTo(/^Subgraphs of a publisher$/);
    await page.keyboard.type('products');
    await page.keyboard.press('Enter');
    await page.getByText('Copy the key now').waitFor();
    await page.getByRole('button', { name: 'Copy' }).press('Enter');
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const key = await page.evaluate(() => navigator.clipboard.readText());

    expect(key).toMatch(/^service:shop:[\w-]{43}$/);
    expect(await text()).toMatch(/products pipeline[^]*PUBLISHER products of current/);
    const fetched = await registry.rover(['subgraph', 'list', REF], { APOLLO_KEY: key });
    expect(fetched.code).toBe(0);
    const published = await registry.rover(['subgraph', 'delete', REF, '--name', 'users', '--confirm'], {
      APOLLO_KEY: key,
    });
    expect(published.stderr).toContain('may not publish users');
    await open('/graphs/shop/keys');
    expect(await text()).not.toContain(key);

    await tabTo(/^Rename or delete products pipeline$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/[^/]{36}$/);
    await tabTo(/^Name$/);
    await page.keyboard.type('products in CI');
    await page.keyboard.press('Enter');
    await page.waitForURL('**?renamed');
    await tabTo(/^Delete products in CI$/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/keys?deleted');
    expect(await text()).not.toContain('products in CI');
    const { rows } = await registry.pool.query(
      `SELECT type FROM audit_events WHERE type LIKE 'KEY%' ORDER BY id DESC LIMIT 3`,
    );
    expect(rows).toEqual([{ type: 'KEY_REVOKED' }, { type: 'KEY_RENAMED' }, { type: 'KEY_CREATED' }]);
  });

  it('says what is wrong with a key that it cannot make', async () => {
    await open('/graphs/shop/keys');
    await page.getByLabel('Name').fill('odd');
    await page.getByLabel('Subgraphs of a publisher').fill('products');
    await page.getByRole('button', { name: 'Make the key' }).click();

    expect(await page.getByRole('alert').innerText()).toContain('Choose the variant');
  });

  it('can be read on a telephone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    const wide: string[] = [];
    for (const [path] of PAGES) {
      await open(path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) wide.push(`${path}: ${width}`);
    }

    expect(wide).toEqual([]);
  });

  it('works without script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const other = await plain.newPage();
    await other.goto(`${registry.url}${VARIANT}/fields?search=Category`);
    await other.getByLabel('API key').fill(registry.key);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.locator('a[href*="/fields/Category.name?"]').click();
    await other.getByRole('link', { name: 'Catalogue' }).click();
    await other.getByRole('heading', { name: 'Catalogue' }).waitFor();
    await plain.close();
  });

  it('ends the session at sign-out, for whoever kept the cookie too', async () => {
    const cookies = await context.cookies();
    await open(VARIANT);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await context.addCookies(cookies);
    await open(VARIANT);

    expect(await text()).toContain('API key');
  });

  it('needs nothing from the internet and complains about nothing', () => {
    expect(outside).toEqual([]);
    expect(problems).toEqual([]);
  });
});
