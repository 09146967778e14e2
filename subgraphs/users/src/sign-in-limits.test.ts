import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashSync } from '@node-rs/argon2';
import { PASSWORD, startTestUsers, uuidOf, type TestUsers } from './testing/start-test-users.ts';

const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  tokens { tokenType }
  userErrors { __typename ... on RateLimitedError { message field retryAfterSeconds } }
} }`;

interface Answer {
  readonly tokens: unknown;
  readonly userErrors: readonly { readonly __typename: string; readonly retryAfterSeconds?: number }[];
}

describe('guessing passwords', () => {
  let users: TestUsers;
  const signIn = async (email: string, password: string, from?: string): Promise<Answer> => {
    const request = from === undefined ? users.request : users.requestFrom(from);
    const { data } = await request(SIGN_IN, { input: { email, password } });
    return data.signIn;
  };
  const outcomeOf = ({ userErrors: [error] }: Answer): string =>
    error === undefined ? 'in' : `${error.__typename} ${error.retryAfterSeconds ?? ''}`.trim();

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('is slowed down for one account from all addresses together, and alike for an address without one', async () => {
    await users.register('target@example.org');
    const outcomes: Record<string, string[]> = {};
    for (const email of ['target@example.org', 'nobody@example.org']) {
      const seen: string[] = [];
      for (let i = 0; i < 7; i += 1)
        seen.push(outcomeOf(await signIn(email, 'a wrong guess', `203.0.113.${i}`)));
      outcomes[email] = seen;
    }

    const wrong = 'InvalidCredentialsError';
    expect(outcomes['target@example.org']).toEqual([
      ...[wrong, wrong, wrong, wrong, wrong],
      ...['RateLimitedError 1', 'RateLimitedError 1'],
    ]);
    expect(outcomes['nobody@example.org']).toEqual(outcomes['target@example.org']);
  });

  it('gains nothing from many guesses at the same time, nor from the way the address is written', async () => {
    await users.register('burst@example.org');
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, i) =>
        signIn(i % 2 === 0 ? 'burst@example.org' : 'BURST@Example.org', `${i}`),
      ),
    );

    const tried = answers.map(outcomeOf).filter((outcome) => outcome === 'InvalidCredentialsError');
    expect(tried).toHaveLength(5);
  });

  it('keeps the owner out for a moment only, and is forgotten after a sign-in', async () => {
    await users.register('owner@example.org');
    for (let i = 0; i < 5; i += 1) await signIn('owner@example.org', 'a wrong guess');
    expect(outcomeOf(await signIn('owner@example.org', PASSWORD))).toBe('RateLimitedError 1');

    users.clock.advanceMs(1_000);
    expect(outcomeOf(await signIn('owner@example.org', PASSWORD))).toBe('in');

    for (let i = 0; i < 4; i += 1) await signIn('owner@example.org', 'a wrong guess');
    expect(outcomeOf(await signIn('owner@example.org', PASSWORD))).toBe('in');
  });

  it('pauses a quarter of an hour at most', async () => {
    for (let i = 0; i < 16; i += 1) {
      users.clock.advanceMs(15 * 60_000);
      await signIn('stubborn@example.org', 'a wrong guess');
    }

    expect(outcomeOf(await signIn('stubborn@example.org', 'a wrong guess'))).toBe('RateLimitedError 900');
  });

  it('is limited for one network over all accounts; signing in is not', async () => {
    await users.register('busy@example.org');
    const from = '2001:db8:0:7::';
    expect(outcomeOf(await signIn('busy@example.org', PASSWORD, `${from}1`))).toBe('in');
    const sprayed = await Promise.all(
      Array.from({ length: 31 }, (_, i) => signIn(`sprayed${i}@example.org`, 'Summer 2026!', `${from}${i}`)),
    );
    expect(sprayed.filter((answer) => outcomeOf(answer) === 'InvalidCredentialsError')).toHaveLength(30);

    expect(outcomeOf(await signIn('busy@example.org', PASSWORD, `${from}ff`))).toBe('RateLimitedError 60');
    expect(outcomeOf(await signIn('busy@example.org', PASSWORD, '2001:db8:0:8::1'))).toBe('in');
  });

  it('cannot hide behind a header of its own', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        signIn(`hidden${i}@example.org`, 'guess', `10.0.0.${i}, 198.51.100.1`),
      ),
    );

    const answer = await signIn('hidden@example.org', 'guess', '10.9.9.9, 198.51.100.1');
    expect(outcomeOf(answer)).toMatch(/^RateLimitedError/);
  });
});

describe('a hash of older parameters', () => {
  it('is replaced at the next sign-in, and only by the right password', async () => {
    const users = await startTestUsers();
    const id = await users.register('old@example.org');
    const weak = hashSync(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await users.pool.query('UPDATE password_credentials SET hash = $1', [weak]);
    const stored = async (): Promise<string | undefined> => {
      const { rows } = await users.pool.query<{ hash: string }>(
        'SELECT hash FROM password_credentials WHERE user_id = $1',
        [uuidOf(id)],
      );
      return rows[0]?.hash;
    };
    const signIn = (password: string) =>
      users.request(SIGN_IN, { input: { email: 'old@example.org', password } });

    await signIn('a wrong guess');
    expect(await stored()).toBe(weak);
    await signIn(PASSWORD);
    expect(await stored()).toContain('$m=64,t=1,p=1$');
    expect((await signIn(PASSWORD)).data.signIn.tokens).toEqual({ tokenType: 'Bearer' });
    await users.stop();
  });
});
