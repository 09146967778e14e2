import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startTestUsers, type TestUsers } from '../subgraphs/users/src/testing/start-test-users.ts';
import { describeWithBrowser } from './find-browser.ts';
import { launchBrowser } from './launch-browser.ts';

const EMAIL = 'reads-mail@example.org';
const NEW_PASSWORD = 'quite another long passphrase';

describeWithBrowser('a link in a mail', () => {
  let browser: Browser;
  let users: TestUsers;
  beforeAll(async () => {
    browser = await launchBrowser();
    users = await startTestUsers();
  });
  afterAll(async () => {
    await browser.close();
    await users.stop();
  });

  it('leads to a page that sets a new password, whose token no server log and no history has', async () => {
    await users.register(EMAIL);
    await users.request(
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }',
      { input: { email: EMAIL } },
    );
    const { token, text } = await users.receiveMail(EMAIL, 'Set a new password');
    const link = /https:\S+/.exec(text)?.[0] ?? '';
    const page = await browser.newPage();
    const asked: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });

    await page.goto(link.replace('https://shop.test', users.url));
    expect(page.url()).toBe(`${users.url}/account/reset-password`);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button').click();
    await page.getByRole('alert').waitFor();
    const field = page.getByLabel('New password');
    await field.fill(NEW_PASSWORD);
    expect(await field.getAttribute('type')).toBe('password');
    await page.getByLabel('Show it').check();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button').click();
    await page.getByText('Your password is set').waitFor();

    expect(asked.join()).not.toContain(token);
    expect(problems.filter((text) => !text.includes('422'))).toEqual([]);
    const { data } = await users.request(
      'mutation ($input: SignInInput!) { signIn(input: $input) { user { id } } }',
      { input: { email: EMAIL, password: NEW_PASSWORD } },
    );
    expect(data.signIn.user).not.toBeNull();
    await page.close();
  });
});
