import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { bootSystem, BOOT_TIMEOUT_MS, type TestSystem } from './boot-system.ts';
import { describeWithBrowser } from './find-browser.ts';
import { launchBrowser } from './launch-browser.ts';

describeWithBrowser('the explorer in a browser', () => {
  let system: TestSystem;
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    system = await bootSystem();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('request', (request) => {
      if (!request.url().startsWith(system.urls.gateway) && !/^(data|blob):/.test(request.url()))
        outside.push(request.url());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  }, BOOT_TIMEOUT_MS);

  afterAll(async () => {
    await browser.close();
    await system.stop();
  }, BOOT_TIMEOUT_MS);

  const response = () => page.locator('.graphiql-response').innerText();

  it('opens with our example operations in tabs and runs the first', async () => {
    await page.goto(`${system.urls.gateway}/`);
    await page.getByRole('tab').first().waitFor();
    expect(await page.getByRole('tab').count()).toBeGreaterThanOrEqual(4);

    await page.getByRole('button', { name: /execute query/i }).click();
    await page.waitForFunction(() =>
      document.querySelector('.graphiql-response')?.textContent.includes('"data"'),
    );

    expect(await response()).toContain('Trail');
  });

  it('sends the access token that was pasted', async () => {
    await page.getByRole('tab', { name: 'MyOrders' }).click();
    await page.getByLabel('Access token').fill(`Bearer ${await system.signIn('ada')}`);
    await page.getByText('sent as Bearer').waitFor();

    await page.getByRole('button', { name: /execute query/i }).click();
    await page.waitForFunction(() =>
      document.querySelector('.graphiql-response')?.textContent.includes('"displayName"'),
    );
  });

  it('offers the same endpoint in Apollo Sandbox', async () => {
    const link = await page.getByRole('link', { name: /sandbox/i }).getAttribute('href');

    expect(link).toBe(
      `https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(`${system.urls.gateway}/graphql`)}`,
    );
  });

  it('needs nothing from the internet and complains about nothing', () => {
    expect(outside).toEqual([]);
    expect(problems).toEqual([]);
  });
});
