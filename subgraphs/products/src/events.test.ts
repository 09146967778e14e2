import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  generateSigningKey,
  silentLogger,
  startHttpServer,
  toPublicKey,
  type HttpServer,
  type SigningKey,
} from '@tributary/service-kit';
import {
  createDeliveryVerifier,
  eventsRoute,
  type DomainEvent,
  type EventDelivery,
} from '@tributary/subgraph-kit/events';
import { waitFor } from '@tributary/testkit';
import { startEventDelivery } from './event-delivery.ts';
import { createDraft, createOnSale, createStock } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

const HOUR_MS = 3_600_000;

describe('events of products', () => {
  let products: TestProducts;
  let key: SigningKey;
  let server: HttpServer;
  const deliveries: EventDelivery[] = [];
  let received: DomainEvent[];
  /** What the receiver does before it takes an event. */
  let onEvent: (event: DomainEvent) => Promise<void>;

  const deliver = async (subscribers = ['search']): Promise<void> => {
    const delivery = await startEventDelivery({
      events: products.store.events,
      subscribers: {
        urls: Object.fromEntries(subscribers.map((name) => [name, `${server.url}/events`])),
        key,
      },
      logger: silentLogger(),
      now: products.clock.now,
    });
    if (delivery !== undefined) deliveries.push(delivery);
  };
  const stopDelivery = async (): Promise<void> => {
    await Promise.all(deliveries.splice(0).map((delivery) => delivery.stop()));
  };
  const of = (id: string): readonly DomainEvent[] => received.filter(({ subject }) => subject === id);
  const rename = (id: string, version: number, title: string) =>
    products.askAdmin(
      `mutation ($id: ID!, $version: Int!, $title: String) {
        productUpdate(id: $id, expectedVersion: $version, input: { title: $title }) { product { version } userErrors { __typename } } }`,
      { id, version, title },
    );
  const pending = () => products.database.collections.eventDeliveries.find({}).toArray();

  beforeAll(async () => {
    products = await startTestProducts();
    key = await generateSigningKey('events');
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      readiness: [],
      logger: silentLogger(),
      routes: {
        '/events': eventsRoute({
          verify: createDeliveryVerifier([toPublicKey(key)]),
          now: products.clock.now,
          handle: async (event) => {
            await onEvent(event);
            received.push(event);
          },
        }),
      },
    });
  }, SETUP_TIMEOUT_MS);
  beforeEach(() => {
    received = [];
    onEvent = () => Promise.resolve();
  });
  afterEach(() => stopDelivery());
  afterAll(async () => {
    await server.close();
    await products.stop();
  });

  it('say what a product is after each change, to each subscriber, with two instances at work', async () => {
    await Promise.all([deliver(['search', 'feeds']), deliver(['search', 'feeds'])]);
    const { id, slug, version } = await createOnSale(products);
    await waitFor(() => of(id).filter(({ data }) => data['status'] === 'ACTIVE').length >= 2);
    await rename(id, version, 'Renamed');
    await waitFor(() => of(id).filter(({ data }) => data['title'] === 'Renamed').length >= 2);

    expect(of(id).at(-1)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(new RegExp(`^${id}\\.`)),
      source: 'products',
      type: 'product.updated',
      subject: id,
      time: expect.any(String),
      sequence: expect.stringMatching(/^\d+$/),
      data: {
        kind: 'PHYSICAL',
        status: 'ACTIVE',
        slug,
        title: 'Renamed',
        brand: null,
        categoryId: null,
        minPrice: { EUR: 1_000 },
        maxPrice: { EUR: 1_000 },
        inStock: true,
        version: version + 1,
      },
    });
    // One may have been told twice before the other was told.
    await waitFor(async () => (await pending()).length === 0, { what: 'the end of what was to be told' });
    await stopDelivery();
  });

  it('tell that a product sold out', async () => {
    const variantId = await createStock(products, 1);
    await deliver();
    await waitFor(() => received.some(({ data }) => data['inStock'] === true));
    await products.askAdmin(
      `mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { __typename } } }`,
      { input: { variantId, delta: -1, reason: 'lost', idempotencyKey: 'sold-out-told' } },
    );

    await waitFor(() => received.some(({ data }) => data['inStock'] === false));
  });

  it('are the newest ones to a subscriber that was away, in order, and others do not wait for it', async () => {
    const { id, version } = await createDraft(products);
    let away = true;
    const sequences: number[] = [];
    onEvent = ({ subject, sequence }) => {
      if (subject !== id) return Promise.resolve();
      if (away) throw new Error('away');
      sequences.push(Number(sequence));
      return Promise.resolve();
    };
    await deliver();
    await waitFor(async () => (await pending()).some(({ attempts }) => attempts > 0));
    for (let i = 0; i < 3; i += 1) await rename(id, version + i, `Renamed ${i}`);
    const other = await createDraft(products);
    await waitFor(() => of(other.id).length > 0);
    away = false;
    await waitFor(() => {
      products.clock.advance(1_000);
      return of(id).some(({ data }) => data['title'] === 'Renamed 2');
    });

    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(of(id).length).toBeLessThan(4);
  });

  it('that nobody takes for three days are given up, until something new is to be told or somebody asks', async () => {
    const { id, version } = await createDraft(products);
    onEvent = ({ subject }) => {
      if (subject === id) throw new Error('never');
      return Promise.resolve();
    };
    await deliver();
    await waitFor(async () => {
      products.clock.advance(HOUR_MS);
      return (await pending()).some(({ event, diedAt }) => event.subject === id && diedAt !== undefined);
    });
    const dead = (await pending()).find(({ event }) => event.subject === id);
    expect(dead).toMatchObject({ subscriber: 'search', lastError: expect.stringContaining('answered') });
    onEvent = () => Promise.resolve();
    expect(await products.store.events.retryDead(products.clock.now())).toBeGreaterThan(0);
    await waitFor(() => of(id).length === 1);
    await rename(id, version, 'Alive');
    await waitFor(() => of(id).at(-1)?.data['title'] === 'Alive');
  });

  it('come after a stop between the change and the event, and all of them when they are announced', async () => {
    const { id } = await createDraft(products);
    // An instance counted up and died before it wrote the event.
    await products.database.collections.products.updateOne({ _id: id }, { $inc: { toldVersion: 1 } });
    await deliver();
    await waitFor(() => of(id).length === 1);
    const count = await products.store.events.announceAll();
    expect(count).toBeGreaterThan(3);
    await waitFor(() => new Set(received.map(({ subject }) => subject)).size === count);
  });
});
