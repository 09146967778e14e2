import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSessionCookie } from './session-cookie.ts';
import { PRODUCTS } from '../testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;

describe('the sign-in', () => {
  let registry: TestRegistry;
  const send = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${registry.url}${path}`, {
      method: 'POST',
      headers: { origin: registry.url, accept: 'text/html', ...headers },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  const signIn = async (key = registry.key, path = '/sign-in') => {
    const response = await send(path, { key });
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { response, cookie };
  };
  const open = async (path: string, cookie: string) => {
    const response = await fetch(`${registry.url}${path}`, {
      headers: { cookie, accept: 'text/html' },
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, text, token: /name="token" value="(\w+)"/.exec(text)?.[1] ?? '' };
  };

  beforeAll(async () => {
    registry = await startTestRegistry();
    await registry.publish('products', PRODUCTS);
    await registry.publish('products', `${PRODUCTS}\nextend type Product { colour: String }`);
  });
  afterAll(() => registry.stop());

  it('refuses a key that nobody has', async () => {
    const { response, cookie } = await signIn('service:shop:nobody');

    expect(response.status).toBe(401);
    expect(cookie).toBe('');
  });

  it('keeps neither the key nor the session itself', async () => {
    const { response, cookie } = await signIn();
    const { rows } = await registry.pool.query('SELECT token_hash FROM console_sessions');

    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(registry.key.slice(-20));
    expect(JSON.stringify(rows)).not.toContain(cookie.split('=')[1] ?? '?');
  });

  it('sends the cookie by HTTPS only where people come by HTTPS', () => {
    expect(createSessionCookie(true).set('x')).toMatch(/^__Host-tributary-console=x; .*Path=\/; .*; Secure$/);
  });

  it.each([
    ['/graphs/shop@current/checks/1', '/graphs/shop@current/checks/1'],
    ['https://evil.test/', '/'],
    ['//evil.test/graphs/', '/'],
    ['/graphs/\\evil', '/'],
    ['/graphs/\r\nset-cookie: a=b', '/'],
  ])('goes on to %j as %s', async (next, location) => {
    const { response } = await signIn(registry.key, `/sign-in?next=${encodeURIComponent(next)}`);

    expect(response.headers.get('location')).toBe(location);
  });

  it.each([
    ['another site', { origin: 'https://evil.test' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the domain', { 'sec-fetch-site': 'same-site' }],
    ['a page without an origin', { origin: 'null' }],
  ])('takes no form from %s', async (_, headers: Record<string, string>) => {
    const { cookie } = await signIn();
    const { token } = await open(`/graphs/${REF}/launches/1/roll-back`, cookie);

    expect((await send('/sign-in', { key: registry.key }, headers)).status).toBe(403);
    const rollBack = await send(`/graphs/${REF}/launches/1/roll-back`, { token }, { cookie, ...headers });
    expect(rollBack.status).toBe(403);
  });

  it('takes no form without the token of the session', async () => {
    const [{ cookie }, other] = [await signIn(), await signIn()];
    const { token } = await open(`/graphs/${REF}/launches/1/roll-back`, other.cookie);
    const rollBack = (form: Record<string, string>, headers: Record<string, string>) =>
      send(`/graphs/${REF}/launches/1/roll-back`, form, headers);

    expect((await rollBack({}, { cookie })).status).toBe(403);
    expect((await rollBack({ token }, { cookie })).status).toBe(403);
    // A key is no session: what it may do, it does by the platform API.
    expect((await rollBack({ token }, { 'x-api-key': registry.key })).status).toBe(404);
    expect((await open(`/graphs/${REF}/launches/3`, cookie)).status).toBe(404);
    expect((await rollBack({ token }, { cookie: other.cookie })).status).toBe(303);
    expect((await open(`/graphs/${REF}/launches/3`, cookie)).status).toBe(200);
  });

  it('shows and does no more than the key may', async () => {
    const { cookie } = await signIn(await registry.createKey({ role: 'OBSERVER' }));
    const launch = await open(`/graphs/${REF}/launches/1`, cookie);
    const rollBack = await send(`/graphs/${REF}/launches/1/roll-back`, { token: launch.token }, { cookie });
    const keys = await open('/graphs/shop/keys', cookie);

    expect(launch.text).not.toContain('Roll back');
    expect(launch.text).not.toContain('API keys');
    expect([rollBack.status, keys.status]).toEqual([403, 403]);
    expect(keys.text).not.toContain('service:shop:');
    expect((await open('/graphs/other@current', cookie)).status).toBe(404);
  });

  it('has an administrator of one variant make no keys for the others', async () => {
    const { cookie } = await signIn(await registry.createKey({ role: 'ADMIN', variant: 'staging' }));
    const { token } = await open('/graphs/shop@staging', cookie);
    const created = await send('/graphs/shop/keys', { token, name: 'all', role: 'ADMIN' }, { cookie });

    expect(created.status).toBe(403);
    expect((await open(`/graphs/${REF}`, cookie)).status).toBe(404);
    expect((await open('/graphs/shop', cookie)).text).not.toContain(`/graphs/${REF}"`);
  });

  it('ends with its key, with its time and at sign-out', async () => {
    const { cookie } = await signIn();
    const { cookie: expired } = await signIn();
    const { cookie: ended } = await signIn();
    const { cookie: ofDeletedKey } = await signIn(await registry.createKey({ role: 'OBSERVER' }));
    const { token } = await open(`/graphs/${REF}`, ended);
    await registry.pool.query(
      `UPDATE console_sessions SET expires_at = now() WHERE token_hash = encode(sha256($1), 'hex')`,
      [expired.split('=')[1]],
    );
    await registry.pool.query(`UPDATE api_keys SET revoked_at = now() WHERE role = 'OBSERVER'`);
    await send('/sign-out', { token }, { cookie: ended });

    expect((await open(`/graphs/${REF}`, cookie)).status).toBe(200);
    for (const gone of [expired, ended, ofDeletedKey])
      expect((await open(`/graphs/${REF}`, gone)).status).toBe(303);
  });

  it('is not ended by a link or a form from elsewhere', async () => {
    const { cookie } = await signIn();
    const link = await open('/sign-out', cookie);
    const form = await send('/sign-out', {}, { cookie });

    expect([link.status, form.status]).toEqual([303, 403]);
    expect((await open(`/graphs/${REF}`, cookie)).status).toBe(200);
  });
});
