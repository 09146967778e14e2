import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { buy, newKey } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';
import { isSignedWith, startWebhookReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts';
import { webhookRetryMs, WEBHOOK_SCHEDULE_MS } from './webhook-schedule.ts';

let world: World;
let payments: RunningPayments;
let strict: RunningPayments;
const receivers: WebhookReceiver[] = [];
const merchant = newBuyer(['webhooks:write', 'payments:refund']);

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  const anywhere = { allowsHttp: true, allowsPrivate: true };
  payments = await world.start({ timing: QUICK, merchantWebhooks: { ...anywhere, scheduleMs: [1, 1] } });
  // Takes part in no delivery of the others: it looks for them after the tests.
  strict = await world.start({ timing: { pollMs: 600_000 } });
});

afterEach(async () => {
  for (const { id } of await list()) await mutate('webhookEndpointDelete', { id });
});

afterAll(async () => {
  await world.close();
  await Promise.all(receivers.map((receiver) => receiver.stop()));
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

const ENDPOINT = 'id url eventTypes enabled secret';
const DELIVERY = 'id messageId eventType status attempts lastStatusCode lastError nextAttemptAt';
const ERRORS =
  'userErrors { __typename ... on UserError { message field } ... on PaymentInputError { code } }';

async function ask(
  query: string,
  variables: object = {},
  service = payments,
  by = merchant,
): Promise<Payload> {
  const { data, errors } = await service.request(query, { ...variables }, by);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function list(): Promise<Payload> {
  const fields = `deliveries { nodes { ${DELIVERY} } }`;
  return (await ask(`{ webhookEndpoints { ${ENDPOINT} ${fields} } }`)).webhookEndpoints;
}

async function create(input: object, service = payments): Promise<Payload> {
  const query = `mutation ($input: WebhookEndpointInput!) {
    webhookEndpointCreate(input: $input) { webhookEndpoint { ${ENDPOINT} } ${ERRORS} }
  }`;
  return (await ask(query, { input }, service)).webhookEndpointCreate;
}

async function mutate(name: string, { id }: { readonly id: string }): Promise<Payload> {
  const fields =
    name === 'webhookDeliveryRetry' ? `delivery { ${DELIVERY} }` : `webhookEndpoint { ${ENDPOINT} }`;
  return (await ask(`mutation ($id: ID!) { ${name}(id: $id) { ${fields} ${ERRORS} } }`, { id }))[name];
}

async function listen(eventTypes: readonly string[]) {
  const receiver = await startWebhookReceiver();
  receivers.push(receiver);
  const { webhookEndpoint } = await create({ url: receiver.url, eventTypes });
  return { receiver, endpoint: webhookEndpoint };
}

const sell = () => buy(payments.request, newBuyer(), { shoe: 1 });

/** As if it had been sealed with a key that is not there any more. */
const spoil = (column: 'secret' | 'previous_secret') =>
  world.pool.query(`UPDATE webhook_endpoints SET ${column} = 'spoiled' WHERE ${column} IS NOT NULL`);

async function refund(paymentId: string): Promise<void> {
  const input = { paymentId, reason: 'OTHER', idempotencyKey: newKey() };
  await ask(`mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { refund { id } } }`, {
    input,
  });
}

describe('a merchant’s webhooks', () => {
  it('tell, signed, what happened to payments, orders and refunds, and nothing that was not asked for', async () => {
    const { receiver, endpoint } = await listen([
      'payment.succeeded',
      'order.confirmed',
      'order.refunded',
      'refund.succeeded',
    ]);
    const other = await listen(['payment.canceled']);
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);

    const { payment, order } = await sell();
    await refund(payment.id);
    await waitFor(() => receiver.received.length >= 4);

    const events = new Map(receiver.received.map(({ event }) => [event.type, event]));
    expect(events.get('payment.succeeded')).toEqual({
      type: 'payment.succeeded',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { paymentId: payment.id, status: 'SUCCEEDED', amount: 1_000, currency: 'EUR' },
    });
    expect(events.get('order.confirmed').data).toMatchObject({
      orderId: order.id,
      orderNumber: order.number,
    });
    expect(events.get('refund.succeeded').data).toMatchObject({ paymentId: payment.id, amount: 1_000 });
    expect(events.get('order.refunded').data).toMatchObject({ orderId: order.id, status: 'REFUNDED' });
    expect(receiver.received.every((webhook) => isSignedWith(endpoint.secret, webhook))).toBe(true);
    expect(receiver.received.some((webhook) => isSignedWith(other.endpoint.secret, webhook))).toBe(false);

    await waitFor(async () =>
      (await list()).every(({ deliveries }: Payload) =>
        deliveries.nodes.every(({ status }: Payload) => status === 'SUCCEEDED'),
      ),
    );
    const [mine] = (await list()).filter(({ id }: Payload) => id === endpoint.id);
    expect(mine).toMatchObject({ secret: null, enabled: true });
    expect(mine.deliveries.nodes.map(({ messageId }: Payload) => messageId).sort()).toEqual(
      receiver.received.map(({ id }) => id).sort(),
    );
    expect(other.receiver.received).toEqual([]);
  });

  it('are written with the change: what is rolled back was never told', async () => {
    const { endpoint } = await listen(['payment.succeeded', 'payment.canceled']);
    const { payment } = await sell();
    const client = await world.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`INSERT INTO state_transitions VALUES ('payment', 'SUCCEEDED', 'CANCELED')`);
      await client.query(`UPDATE payments SET status = 'CANCELED' WHERE status = 'SUCCEEDED'`);
      const inside = await client.query(`SELECT 1 FROM webhook_messages WHERE type = 'payment.canceled'`);
      expect(inside.rowCount).toBeGreaterThan(0);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await waitFor(async () => (await list())[0].deliveries.nodes[0]?.status === 'SUCCEEDED');
    expect((await list())[0]).toMatchObject({
      id: endpoint.id,
      deliveries: { nodes: [{ eventType: 'payment.succeeded' }] },
    });
    expect(payment.status).toBe('SUCCEEDED');
  });

  it('are tried again with the same id, given up after the schedule, and sent once more when somebody says so', async () => {
    const { receiver } = await listen(['payment.succeeded']);
    receiver.answer(500);
    await sell();
    const dead = await waitFor(async () => {
      const [delivery] = (await list())[0].deliveries.nodes;
      return delivery?.status === 'FAILED' ? delivery : undefined;
    });
    expect(dead).toMatchObject({
      attempts: 3,
      lastStatusCode: 500,
      lastError: 'the receiver answered 500',
      nextAttemptAt: null,
    });
    expect(new Set(receiver.received.map(({ id, body }) => id + body)).size).toBe(1);
    const filtered = `{ webhookEndpoints { deliveries(status: [SUCCEEDED]) { nodes { id } } } }`;
    expect((await ask(filtered)).webhookEndpoints[0].deliveries.nodes).toEqual([]);

    receiver.answer(200);
    expect(await mutate('webhookDeliveryRetry', dead)).toMatchObject({
      delivery: { id: dead.id, status: 'PENDING' },
      userErrors: [],
    });
    await waitFor(async () => (await list())[0].deliveries.nodes[0].status === 'SUCCEEDED');
    expect((await list())[0].deliveries.nodes[0]).toMatchObject({
      attempts: 4,
      lastStatusCode: 200,
      lastError: null,
    });
  });

  it('are signed with both secrets while they change, and kept encrypted', async () => {
    const { receiver, endpoint } = await listen(['payment.succeeded']);
    const { webhookEndpoint: rotated } = await mutate('webhookEndpointSecretRotate', endpoint);
    expect(rotated.secret).not.toBe(endpoint.secret);
    await sell();
    const [webhook] = await waitFor(() => receiver.received.length > 0 && receiver.received);
    expect(webhook?.signatures).toHaveLength(2);
    expect(
      [endpoint.secret, rotated.secret].map((secret) => webhook && isSignedWith(secret, webhook)),
    ).toEqual([true, true]);

    const { rows } = await world.pool.query<{ secret: Buffer }>(
      'SELECT secret FROM webhook_endpoints WHERE secret IS NOT NULL',
    );
    for (const { secret } of rows)
      for (const form of ['latin1', 'base64'] as const)
        expect(secret.toString(form)).not.toContain(rotated.secret.slice(6));

    await world.pool.query(
      'UPDATE webhook_endpoints SET previous_until = now() WHERE previous_until IS NOT NULL',
    );
    await sell();
    const [, later] = await waitFor(() => receiver.received.length > 1 && receiver.received);
    expect([endpoint.secret, rotated.secret].map((secret) => later && isSignedWith(secret, later))).toEqual([
      false,
      true,
    ]);
  });

  it('are signed with the new secret alone when the previous one cannot be opened', async () => {
    const { receiver, endpoint } = await listen(['payment.succeeded']);
    const { webhookEndpoint: rotated } = await mutate('webhookEndpointSecretRotate', endpoint);
    await spoil('previous_secret');
    await sell();
    const [webhook] = await waitFor(() => receiver.received.length > 0 && receiver.received);
    expect(webhook?.signatures).toHaveLength(1);
    expect(webhook && isSignedWith(rotated.secret, webhook)).toBe(true);
  });

  it('are given up by the schedule when the secret cannot be opened, and sent once there is another', async () => {
    const { receiver, endpoint } = await listen(['payment.succeeded']);
    await spoil('secret');
    await sell();
    const dead = await waitFor(async () => {
      const [delivery] = (await list())[0].deliveries.nodes;
      return delivery?.status === 'FAILED' ? delivery : undefined;
    });
    expect(dead).toMatchObject({
      attempts: 3,
      lastStatusCode: null,
      lastError: 'the secret of the endpoint cannot be opened: rotate it, or bring its encryption key back',
      nextAttemptAt: null,
    });
    expect(receiver.received).toEqual([]);

    const { webhookEndpoint: rotated } = await mutate('webhookEndpointSecretRotate', endpoint);
    await mutate('webhookDeliveryRetry', dead);
    const [webhook] = await waitFor(() => receiver.received.length > 0 && receiver.received);
    expect(webhook && isSignedWith(rotated.secret, webhook)).toBe(true);
  });

  it('stop when the receiver says that it is gone, or the endpoint is deleted', async () => {
    const { receiver } = await listen(['payment.succeeded']);
    receiver.answer(410);
    await sell();
    await waitFor(async () => !(await list())[0].enabled);
    await sell();
    const [gone] = await list();
    expect(gone.deliveries.nodes).toMatchObject([{ status: 'FAILED', lastStatusCode: 410, attempts: 1 }]);
    expect((await mutate('webhookEndpointDelete', gone)).webhookEndpoint.id).toBe(gone.id);
    expect(await list()).toEqual([]);
    for (const name of ['webhookEndpointDelete', 'webhookEndpointSecretRotate'])
      expect((await mutate(name, gone)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
    expect((await mutate('webhookDeliveryRetry', { id: 'whd_nothing' })).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });

  it('go elsewhere, tell other things, stop and go on, as the merchant says', async () => {
    const { receiver, endpoint } = await listen(['payment.succeeded']);
    const moved = await startWebhookReceiver();
    receivers.push(moved);
    const change = async (input: object, service = payments): Promise<Payload> => {
      const query = `mutation ($id: ID!, $input: WebhookEndpointUpdateInput!) {
        webhookEndpointUpdate(id: $id, input: $input) { webhookEndpoint { ${ENDPOINT} } ${ERRORS} } }`;
      return (await ask(query, { id: endpoint.id, input }, service)).webhookEndpointUpdate;
    };
    expect(await change({ enabled: false })).toMatchObject({
      webhookEndpoint: { enabled: false, url: endpoint.url, secret: null },
      userErrors: [],
    });
    await sell();
    expect(await change({ enabled: true, url: moved.url, eventTypes: ['order.confirmed'] })).toMatchObject({
      webhookEndpoint: { enabled: true, eventTypes: ['order.confirmed'] },
    });
    const { order } = await sell();
    await waitFor(() => moved.received.length > 0);
    // Of what happened while it was disabled nothing is told, then or later.
    expect(moved.received.map(({ event }) => event.data.orderId)).toEqual([order.id]);
    expect(moved.received.every((one) => isSignedWith(endpoint.secret, one))).toBe(true);
    expect(receiver.received).toEqual([]);

    const [{ deliveries }] = await list();
    await change({ enabled: false });
    expect((await mutate('webhookDeliveryRetry', deliveries.nodes[0])).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    const wrong = await change({ url: 'http://127.0.0.1/', eventTypes: ['no.such'] }, strict);
    expect(wrong.userErrors.map(({ field }: { field: string[] }) => field[1])).toEqual(
      expect.arrayContaining(['url', 'eventTypes']),
    );
    await mutate('webhookEndpointDelete', endpoint);
    expect(await change({ enabled: true })).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('reach nothing inside: by their URL, or by where its name leads when they are sent', async () => {
    const eventTypes = ['payment.succeeded'];
    expect((await create({ url: 'http://shop.example/', eventTypes }, strict)).userErrors).toMatchObject([
      { code: 'INVALID', field: ['input', 'url'] },
    ]);
    expect(
      (await create({ url: 'https://user:pass@shop.example/', eventTypes }, strict)).userErrors,
    ).toHaveLength(1);
    expect((await create({ url: 'https://169.254.169.254/', eventTypes }, strict)).userErrors).toMatchObject([
      { field: ['input', 'url'] },
    ]);
    expect(await list()).toEqual([]);

    const { webhookEndpoint } = await create({ url: 'https://localhost:1/', eventTypes }, strict);
    await payments.stop();
    const guarded = await world.start({ timing: QUICK });
    await buy(guarded.request, newBuyer(), { shoe: 1 });
    payments = guarded;
    const dead = await waitFor(async () =>
      (await list())[0].deliveries.nodes.find(({ status }: Payload) => status === 'FAILED'),
    );
    expect(webhookEndpoint.id).toBe((await list())[0].id);
    expect(dead).toMatchObject({
      lastStatusCode: null,
      lastError: 'the address is not one of the public internet',
    });
  });

  it('are for webhooks:write alone, of known events, and twenty at most', async () => {
    const { errors } = await payments.request('{ webhookEndpoints { id } }', {}, newBuyer(['payments:read']));
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const url = 'https://shop.example/hooks';
    expect((await create({ url, eventTypes: [] })).userErrors).toMatchObject([{ code: 'REQUIRED' }]);
    expect(
      (await create({ url, eventTypes: ['payment.succeeded', 'coffee.ready'] })).userErrors,
    ).toMatchObject([
      {
        code: 'INVALID',
        field: ['input', 'eventTypes', '1'],
        message: expect.stringContaining('order.confirmed'),
      },
    ]);
    const made = await Promise.all(
      Array.from({ length: 21 }, () => create({ url, eventTypes: ['payment.canceled'] })),
    );
    expect(made.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(20);
    expect(made.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
  });
});

describe('the schedule', () => {
  it('waits anything up to the longest, longer each time, and ends', () => {
    const longest = WEBHOOK_SCHEDULE_MS.map((_, index) =>
      webhookRetryMs(index + 1, WEBHOOK_SCHEDULE_MS, () => 1),
    );
    expect(longest).toEqual(WEBHOOK_SCHEDULE_MS);
    expect(webhookRetryMs(3, WEBHOOK_SCHEDULE_MS, () => 0.5)).toBe(15 * 60 * 1_000);
    expect(webhookRetryMs(WEBHOOK_SCHEDULE_MS.length + 1)).toBeNull();
  });
});
