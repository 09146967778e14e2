import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@tributary/subgraph-kit';
import { waitFor } from '@tributary/testkit';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startTestUsers } from '../testing/start-test-users.ts';
import { nextAttempt } from '../domain/letters.ts';

const RESET = `mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }`;

/** An SMTP server that refuses the first messages and keeps the others. */
function startSmtpServer(refusals: number): Promise<{ server: Server; url: string; messages: string[] }> {
  const messages: string[] = [];
  let left = refusals;
  const server = createServer((socket) => {
    let data: string | undefined;
    socket.on('error', () => undefined);
    socket.write('220 test ESMTP\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split(/(?<=\r\n)/)) {
        if (data !== undefined) {
          data += line;
          if (line !== '.\r\n') continue;
          messages.push(data);
          data = undefined;
          socket.write('250 kept\r\n');
        } else if (line.startsWith('EHLO')) socket.write('250 test\r\n');
        else if (line.startsWith('DATA')) {
          data = '';
          socket.write('354 go on\r\n');
        } else if (line.startsWith('RCPT') && left > 0) {
          left -= 1;
          socket.write('451 come back later\r\n');
        } else if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ server, messages, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` });
    });
  });
}

describe('mail by SMTP', () => {
  let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
  let users: Awaited<ReturnType<typeof startTestUsers>>;

  beforeAll(async () => {
    smtp = await startSmtpServer(2);
    users = await startTestUsers({
      mail: {
        smtpUrl: smtp.url,
        folder: '',
        page: false,
        from: 'Shop <accounts@shop.test>',
        accountUrl: 'https://shop.test/account',
      },
    });
  });
  afterAll(async () => {
    await users.stop();
    smtp.server.close();
  });

  it('is tried again until the server takes it, and says the same as text and as HTML', async () => {
    await users.register('mailed@example.org');
    const failed = () => users.pool.query('SELECT attempts FROM letters WHERE last_error IS NOT NULL');
    await waitFor(async () => (await failed()).rows.length === 1);
    expect(smtp.messages).toEqual([]);

    await waitFor(async () => {
      users.clock.advanceMs(10_000);
      return smtp.messages.length === 1;
    });

    const [message = ''] = smtp.messages;
    expect(message).toContain('To: mailed@example.org');
    expect(message).toContain('Auto-Submitted: auto-generated');
    expect(message).toMatch(/Message-ID: <[0-9a-f-]{36}@shop\.test>/);
    expect(message).toContain('text/plain');
    expect(message).toContain('text/html');
    await waitFor(async () => {
      const { rows } = await users.pool.query('SELECT FROM letters WHERE done_at IS NULL');
      return rows.length === 0;
    });
  });

  it('is sent once when several instances look for it', async () => {
    await users.register('once@example.org');
    const before = smtp.messages.length;
    await users.request(RESET, { input: { email: 'once@example.org' } });
    await waitFor(() => smtp.messages.length > before);

    const now = users.clock.now();
    const id = newUuid();
    await users.pool.query(
      `INSERT INTO letters (id, kind, email, created_at, next_attempt_at) VALUES ($1, 'PASSWORD_RESET', 'nobody@example.org', $2, $2)`,
      [id, now],
    );
    const { claimDue } = users.stores.letters;
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => claimDue(now, new Date(now.getTime() + 60_000))),
    );
    // Another letter of this test may wait too.
    expect(claims.filter((claim) => claim?.id === id).length).toBeLessThanOrEqual(1);
  });
});

describe('nextAttempt', () => {
  const created = new Date(0);

  it.each([
    [1, 0, 5_000],
    [2, 0, 10_000],
    [20, 0, 3_600_000],
    [20, 72 * 3_600_000, undefined],
  ])('after %i attempts at %i ms is %s ms later', (attempts, nowMs, delayMs) => {
    const next = nextAttempt(attempts, created, new Date(nowMs));

    expect(next === undefined ? undefined : next.getTime() - nowMs).toBe(delayMs);
  });
});
