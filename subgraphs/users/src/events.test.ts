import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  generateSigningKey,
  silentLogger,
  startHttpServer,
  toPublicKey,
  type HttpServer,
  type SigningKey,
  type Viewer,
} from '@tributary/service-kit';
import {
  createDeliverySigner,
  createDeliveryVerifier,
  deliverEvents,
  eventsRoute,
  postgresOutbox,
  setSubscribers,
  type DomainEvent,
  type EventDelivery,
} from '@tributary/subgraph-kit/events';
import { userViewer, waitFor } from '@tributary/testkit';
import { startTestUsers, type TestUsers } from './testing/start-test-users.ts';

const UPDATE = 'mutation ($input: ProfileUpdateInput!) { profileUpdate(input: $input) { user { version } } }';
const DEAD = '{ eventDeadLetters { eventId type subject subscriber attempts lastError } }';
const RETRY =
  'mutation ($input: EventRetryInput!) { eventRetry(input: $input) { accepted userErrors { code } } }';
const HOUR_MS = 3_600_000;

describe('events for other services', () => {
  let users: TestUsers;
  let key: SigningKey;
  let server: HttpServer;
  let deliveries: EventDelivery[];
  let received: DomainEvent[];
  /** What the receiver does before it takes an event. */
  let onEvent: (event: DomainEvent) => Promise<void>;
  const admin: Viewer = userViewer('usr_00000000000000000000000001', ['users:admin']);
  const rename = (viewer: Viewer, displayName: string) =>
    users.request(UPDATE, { input: { displayName } }, viewer);
  const deliver = (): EventDelivery =>
    deliverEvents({
      outbox: postgresOutbox(users.pool),
      subscribers: { products: `${server.url}/events` },
      key,
      logger: silentLogger(),
      now: users.clock.now,
    });
  const stopDelivery = async (): Promise<void> => {
    await Promise.all(deliveries.splice(0).map((delivery) => delivery.stop()));
  };
  const namesOf = (subject: string): unknown[] =>
    received.flatMap((event) => (event.subject === subject ? [event.data['displayName']] : []));

  beforeAll(async () => {
    users = await startTestUsers();
    key = await generateSigningKey('events');
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      readiness: [],
      logger: silentLogger(),
      routes: {
        '/events': eventsRoute({
          verify: createDeliveryVerifier([toPublicKey(key)]),
          now: users.clock.now,
          handle: async (event) => {
            await onEvent(event);
            received.push(event);
          },
        }),
      },
    });
    await setSubscribers(users.pool, ['products']);
  });
  beforeEach(() => {
    received = [];
    onEvent = () => Promise.resolve();
    deliveries = [];
  });
  afterEach(() => stopDelivery());
  afterAll(async () => {
    await server.close();
    await users.stop();
  });

  it('are delivered in order, with what everybody may know and no more', async () => {
    const { viewer, id } = await users.registerAndSignIn('told@example.org');
    await rename(viewer, 'Second');
    await rename(viewer, 'Third');
    deliveries.push(deliver(), deliver());

    await waitFor(() => received.length === 3);
    await stopDelivery();

    expect(received[0]).toEqual({
      specversion: '1.0',
      id: expect.any(String),
      source: 'users',
      type: 'user.registered',
      subject: id,
      time: users.clock.now().toISOString(),
      sequence: '0',
      data: { displayName: 'Test Person', avatarUrl: null, suspended: false },
    });
    expect(received.map(({ type, sequence }) => `${type} ${sequence}`)).toEqual([
      'user.registered 0',
      'user.updated 1',
      'user.updated 2',
    ]);
    expect(JSON.stringify(received)).not.toContain('told@');
  });

  it('come again until they are taken, those of others meanwhile', async () => {
    const slow = await users.registerAndSignIn('slow@example.org');
    await rename(slow.viewer, 'Slow');
    const other = await users.register('other@example.org');
    let failures = 0;
    onEvent = ({ subject }) => {
      if (subject !== slow.id || failures >= 2) return Promise.resolve();
      failures += 1;
      return Promise.reject(new Error('not now'));
    };
    deliveries.push(deliver());

    await waitFor(() => namesOf(other).length === 1);
    expect(namesOf(slow.id)).toEqual([]);
    await waitFor(() => {
      users.clock.advanceMs(5_000);
      return namesOf(slow.id).length === 2;
    });
    await stopDelivery();

    expect(namesOf(slow.id)).toEqual(['Test Person', 'Slow']);
    expect(failures).toBe(2);
  });

  it('are dead letters after three days, which an administrator sees and sends once more', async () => {
    const id = await users.register('dead@example.org');
    onEvent = () => Promise.reject(new Error('never'));
    deliveries.push(deliver());
    const dead = async () => (await users.request(DEAD, {}, admin)).data.eventDeadLetters;

    const hasFailed = async (): Promise<boolean> =>
      (await users.pool.query('SELECT FROM event_deliveries WHERE last_error IS NOT NULL')).rows.length > 0;

    // The clock stands still while a delivery is on its way: it is signed for the moment it begins.
    await waitFor(hasFailed);
    users.clock.advanceMs(73 * HOUR_MS);
    await waitFor(async () => (await dead()).length === 1);
    const [letter] = await dead();
    expect(letter).toMatchObject({ type: 'user.registered', subject: id, subscriber: 'products' });
    expect(letter.lastError).toBe('the receiver answered 500');
    onEvent = () => Promise.resolve();
    const input = { eventId: letter.eventId, subscriber: 'products' };
    expect((await users.request(RETRY, { input }, admin)).data.eventRetry).toEqual({
      accepted: true,
      userErrors: [],
    });

    await waitFor(() => namesOf(id).length === 1);
    await stopDelivery();
    expect(await dead()).toEqual([]);
    for (const eventId of [letter.eventId, 'nonsense']) {
      const { data } = await users.request(RETRY, { input: { ...input, eventId } }, admin);
      expect(data.eventRetry).toEqual({ accepted: false, userErrors: [{ code: 'NOT_FOUND' }] });
    }
  });

  it('are not told of what did not happen', async () => {
    const count = async (): Promise<unknown> => (await users.pool.query('SELECT FROM events')).rows.length;
    await users.register('twice@example.org');
    const before = await count();

    await users.register('twice@example.org').catch(() => undefined);

    expect(await count()).toBe(before);
  });

  it('are administered by administrators', async () => {
    const support = userViewer('usr_00000000000000000000000002', ['users:read']);
    const input = { eventId: 'x', subscriber: 'products' };

    for (const [document, variables] of [
      [DEAD, {}],
      [RETRY, { input }],
    ] as const) {
      const { errors } = await users.request(document, variables, support);
      expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
  });

  it.each([
    ['no signature', (headers: Record<string, string>) => ({ ...headers, 'webhook-signature': '' })],
    ['another id', (headers: Record<string, string>) => ({ ...headers, 'webhook-id': 'other' })],
    ['another time', (headers: Record<string, string>) => ({ ...headers, 'webhook-timestamp': '1' })],
  ])('are refused with %s', async (_, change) => {
    const body = JSON.stringify({ any: 'thing' });
    const headers = change(createDeliverySigner(key)('an-id', body, users.clock.now()));
    const response = await fetch(`${server.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...headers },
      body,
    });

    expect(response.status).toBe(401);
    expect(received).toEqual([]);
  });

  it('are refused when they are old, of somebody else, or no events', async () => {
    const stranger = await generateSigningKey('events');
    const post = async (signingKey: SigningKey, agoMs: number): Promise<number> => {
      const at = new Date(users.clock.now().getTime() - agoMs);
      const response = await fetch(`${server.url}/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...createDeliverySigner(signingKey)('an-id', '{}', at),
        },
        body: '{}',
      });
      return response.status;
    };

    expect([await post(stranger, 0), await post(key, 301_000), await post(key, 0)]).toEqual([401, 401, 400]);
  });
});
