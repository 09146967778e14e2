import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, startHttpServer, type HttpServer } from '@tributary/service-kit';
import {
  createTestTrust,
  subscriptionClient,
  userViewer,
  waitFor,
  type SubscriptionClient,
  type TestTrust,
} from '@tributary/testkit';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { createSubgraph, type Subgraph, type SubgraphContext } from '../create-subgraph.ts';
import { requireUser } from '../viewer.ts';
import { EventQueue } from './event-queue.ts';
import type { SubscriptionLimits } from './limits.ts';

const SDL = `
  type Query { greeting: String }
  type Subscription { changes(size: Int = 1): Change! mine: Change! orders: Change! }
  type Change { number: Int! text: String! who: String! reads: Int! child: Change! broken: String }
`;

interface Context extends SubgraphContext {
  reads: number;
}

const limits: Partial<SubscriptionLimits> = {
  maxSubscriptions: 3,
  maxConnections: 2,
  maxMessageBytes: 8_000,
  initTimeoutMs: 300,
};

describe('the subscription door', () => {
  let trust: TestTrust;
  let subgraph: Subgraph;
  let http: HttpServer;
  let clients: SubscriptionClient[];
  /** Open subscriptions. */
  const queues = new Set<EventQueue<number | 'latest'>>();
  let number: number;

  const start = async (changed: Partial<SubscriptionLimits> = {}): Promise<void> => {
    const listen = (maxWaiting: number): EventQueue<number | 'latest'> => {
      const queue = new EventQueue<number | 'latest'>({ maxWaiting, onEnd: () => queues.delete(queue) });
      queues.add(queue);
      return queue;
    };
    const change = (value: unknown, size: number) => ({
      number: typeof value === 'number' ? value : number,
      text: 'x'.repeat(size),
    });
    subgraph = await createSubgraph<Context>({
      name: 'things',
      typeDefs: SDL,
      trust: trust.trust,
      logger: silentLogger(),
      introspection: false,
      createContext: (viewer) => ({ viewer, reads: 0 }),
      subscriptions: { createContext: (viewer) => ({ viewer, reads: 0 }), limits: { ...limits, ...changed } },
      resolvers: {
        Subscription: {
          changes: {
            subscribe: () => listen(1),
            resolve: (value: unknown, { size }: { size: number }) => change(value, size),
          },
          mine: {
            subscribe: (_root: unknown, _args: unknown, { viewer }: Context) => {
              requireUser(viewer);
              return listen(1);
            },
            resolve: (value: unknown) => change(value, 1),
          },
          orders: { subscribe: () => listen(2), resolve: (value: unknown) => change(value, 1) },
        },
        Change: {
          who: (_change, _args, { viewer }) => (viewer.kind === 'user' ? viewer.id : viewer.kind),
          reads: (_change, _args, context) => (context.reads += 1),
          child: (parent: unknown) => parent,
          broken: () => {
            throw new Error('connection to 10.0.0.7 refused');
          },
        },
      },
    });
    http = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routes: { '/graphql': subgraph.route },
      upgrades: subgraph.door === undefined ? {} : { '/graphql': subgraph.door },
      readiness: [],
      logger: silentLogger(),
    });
  };
  const client = (id?: string): SubscriptionClient => {
    const made = subscriptionClient(http.url, 'things', trust, id === undefined ? undefined : userViewer(id));
    clients.push(made);
    return made;
  };
  const tellAll = (event: number | 'latest'): void => {
    for (const queue of queues) queue.push(event);
  };
  const subscribed = (count: number) => waitFor(() => queues.size === count, { what: 'the subscription' });
  const stop = async (): Promise<void> => {
    await http.close();
    await subgraph.stop();
  };
  /** What a client that writes its own messages is told. */
  const speak = async (
    messages: readonly unknown[],
    protocols = ['graphql-transport-ws'],
  ): Promise<{ code: number; heard: readonly unknown[] }> => {
    const socket = new WebSocket(`${http.url.replace('http', 'ws')}/graphql`, protocols);
    const heard: unknown[] = [];
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
    socket.once('open', () => {
      for (const message of messages)
        socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    });
    const [code] = (await once(socket, 'close')) as [number];
    return { code, heard };
  };

  beforeEach(async () => {
    trust = await createTestTrust();
    clients = [];
    number = 0;
    queues.clear();
    await start();
  });
  afterEach(async () => {
    for (const each of clients) each.close();
    await stop();
  });

  it('tells subscribers of what happens, each event read anew for who asks', async () => {
    const subscription = client('usr_1').subscribe(
      'subscription { mine { number who reads child { reads } } }',
    );
    await subscribed(1);
    tellAll(1);
    await subscription.next();
    tellAll(2);

    // `reads` would go on counting with a context that outlives its event.
    expect((await subscription.next()).data).toEqual({
      mine: { number: 2, who: 'usr_1', reads: 1, child: { reads: 2 } },
    });
    subscription.stop();
    await subscribed(0);
  });

  it('lets in only what the trust table vouches for', async () => {
    const forAnother = await trust.sign(userViewer('usr_1'), 'other');
    const init = (authorization?: string) => ({ type: 'connection_init', payload: { authorization } });

    expect((await speak([init()])).code).toBe(4403);
    expect((await speak([init('Bearer e30.e30.e30')])).code).toBe(4403);
    expect((await speak([init(`Bearer ${forAnother}`)])).code).toBe(4403);
    const subscribe = { id: '1', type: 'subscribe', payload: { query: 'subscription { mine { number } }' } };
    expect((await speak([subscribe])).code).toBe(4401);
    expect(queues.size).toBe(0);
  });

  it('takes the credential of the request as well, and answers who is not signed in with an error', async () => {
    const authorization = `Bearer ${await trust.sign({ kind: 'anonymous', scopes: [] }, 'things')}`;
    const subscribe = { id: '1', type: 'subscribe', payload: { query: 'subscription { mine { number } }' } };
    const socket = new WebSocket(`${http.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { authorization },
    });
    const heard: { type: string; payload?: { errors?: readonly unknown[] } }[] = [];
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as (typeof heard)[0];
      heard.push(message);
      if (message.type === 'connection_ack') socket.send(JSON.stringify(subscribe));
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await waitFor(() => heard.length >= 2, { what: 'the answer' });
    socket.terminate();

    expect(heard[1]?.payload?.errors).toEqual([
      expect.objectContaining({ path: ['mine'], extensions: { code: 'UNAUTHENTICATED' } }),
    ]);
  });

  it.each([
    ['no JSON', ['{'], 4400],
    ['a message of no kind', [{ type: 'hello' }], 4400],
    ['two introductions', 'twice', 4429],
    ['none in time', [], 4408],
    [
      'a message that is too long',
      [JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(9_000) } })],
      1009,
    ],
  ])('closes on %s as the protocol says', async (_what, messages, expected) => {
    const init = {
      type: 'connection_init',
      payload: { authorization: `Bearer ${await trust.sign({ kind: 'anonymous', scopes: [] }, 'things')}` },
    };

    expect((await speak(typeof messages === 'string' ? [init, init] : messages)).code).toBe(expected);
  });

  it('speaks no other protocol', async () => {
    expect((await speak([], [])).code).toBe(4406);
  });

  it('refuses what it would not run over HTTP either, and queries, by code', async () => {
    const connection = client();
    const codeOf = async (query: string, variables = {}) => {
      const errors = (await connection.subscribe(query, variables).ended) as {
        extensions: { code: string };
      }[];
      return errors[0]?.extensions.code;
    };
    const many = Array.from({ length: 600 }, (_, i) => `a${i}: number`).join(' ');
    const doubling = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? 'fragment F0 on Change { number text }'
        : `fragment F${i} on Change { child { ...F${i - 1} } b: child { ...F${i - 1} } }`,
    ).join(' ');

    expect(await codeOf('subscription {')).toBe('GRAPHQL_PARSE_FAILED');
    expect(await codeOf('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf('subscription { changes { number } mine { number } }')).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(await codeOf('subscription ($s: Int!) { changes(size: $s) { number } }')).toBe('BAD_USER_INPUT');
    expect(await codeOf('{ greeting }')).toBe('BAD_REQUEST');
    expect(await codeOf(`subscription { changes { ${many} } }`)).toBe('SUBSCRIPTION_TOO_LARGE');
    expect(await codeOf(`subscription { changes { ...F11 } } ${doubling}`)).toBe('SUBSCRIPTION_TOO_LARGE');
  });

  it('hides what went wrong inside', async () => {
    const subscription = client().subscribe('subscription { changes { number broken } }');
    await subscribed(1);
    tellAll(1);

    expect(await subscription.next()).toEqual({
      data: { changes: { number: 1, broken: null } },
      errors: [
        expect.objectContaining({
          message: 'Something went wrong on our side.',
          path: ['changes', 'broken'],
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        }),
      ],
    });
  });

  it('bounds subscriptions of a connection, and connections', async () => {
    const connection = client();
    for (let i = 0; i < 3; i += 1) connection.subscribe('subscription { changes { number } }');
    await subscribed(3);
    const refused = connection.subscribe('subscription { changes { number } }');

    expect(await refused.ended).toEqual([
      expect.objectContaining({ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }),
    ]);
    client().subscribe('subscription { changes { number } }');
    await subscribed(4);
    await expect(speak([])).rejects.toThrow('503');
  });

  it('tells a slow client the latest state instead of queueing every one', async () => {
    const connection = client();
    const subscription = connection.subscribe('subscription { changes(size: 2000000) { number text } }');
    await subscribed(1);
    const socket = await connection.socket;
    socket.pause();
    // More than any buffer of the network takes; what a queue would keep is three gigabytes.
    for (number = 1; number < 1_500; number += 1) {
      tellAll('latest');
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.resume();
    await waitFor(() => subscription.events.at(-1)?.data.changes.number === 1_500, {
      what: 'the latest state',
    });

    expect(subscription.events.length).toBeLessThan(100);
  });

  it('ends a subscription whose events may not be left out with an error, once too many wait', async () => {
    const subscription = client().subscribe('subscription { orders { number } }');
    await subscribed(1);
    // In one turn, so that nothing is taken between.
    for (let i = 1; i <= 4; i += 1) tellAll(i);

    expect(await subscription.ended).toEqual([
      expect.objectContaining({ extensions: { code: 'SLOW_CONSUMER' } }),
    ]);
    expect(queues.size).toBe(0);
  });

  it('cuts off who does not answer a ping, and asks to connect anew after a while', async () => {
    await stop();
    await start({ pingIntervalMs: 50 });
    const silent = client();
    silent.subscribe('subscription { changes { number } }');
    await subscribed(1);
    (await silent.socket).pause();
    await subscribed(0);
    await stop();
    await start({ maxConnectionMs: 100 });
    const old = client();
    old.subscribe('subscription { changes { number } }');

    expect((await old.closed).code).toBe(1012);
  });

  it('says goodbye when it stops, also to who does not listen, and takes nobody after that', async () => {
    const connection = client();
    connection.subscribe('subscription { changes { number } }');
    const deaf = client();
    deaf.subscribe('subscription { changes { number } }');
    await subscribed(2);
    (await deaf.socket).pause();
    http.beginDrain();
    await expect(speak([])).rejects.toThrow('503');
    await stop();

    expect((await connection.closed).code).toBe(1001);
    expect(queues.size).toBe(0);
  });

  it('leaves no socket of a refused upgrade open', async () => {
    const { port } = new URL(http.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.write('GET /elsewhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await once(socket, 'end');
    socket.destroy();

    expect(heard).toMatch(/^HTTP\/1\.1 404 .*NOT_FOUND/s);
  });
});
