import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, type Viewer } from '@tributary/service-kit';
import { complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';

let world: World;
let payments: RunningPayments;
const [ada, bob, cleo] = [newBuyer(), newBuyer(), newBuyer()];
const merchant = newBuyer(['orders:read', 'payments:capture', 'payments:refund']);

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

const PRODUCT = { __typename: 'Product', id: 'prd_shoe' };

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  world.products.stock.add({ id: 'boot', productId: 'prd_shoe' });
  world.products.stock.add({ id: 'sock' });
  payments = await world.start();
  const euros = { currency: 'EUR' };
  await buy(ada, { shoe: 3, sock: 1 }, { ...euros, showAsVerifiedBuyer: true });
  await buy(bob, { shoe: 1 }, euros);
  const dollars = await buy(cleo, { boot: 2 }, { currency: 'USD', showAsVerifiedBuyer: true });
  await refundOne(dollars.payment.id, dollars.checkout.lines[0].id);
  // A purchase that was called off is none.
  const { order } = await buy(bob, { sock: 5 }, { ...euros, showAsVerifiedBuyer: true });
  await ask(
    'mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { order { status } } }',
    merchant,
    {
      input: { orderId: order.id, idempotencyKey: newKey() },
    },
  );
});

afterAll(() => world.close());

async function buy(
  buyer: Viewer,
  lines: Record<string, number>,
  input: { currency: string; showAsVerifiedBuyer?: boolean },
): Promise<Payload> {
  const { checkout } = await create(payments.request, buyer, createInput(lines, input));
  const expectedTotal = { amount: checkout.total.amount, currency: input.currency };
  return complete(payments.request, buyer, checkout.id, completeInput(0, { expectedTotal }));
}

const refundOne = (paymentId: string, lineItemId: string): Promise<Payload> =>
  ask(
    'mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { refund { status } } }',
    merchant,
    {
      input: {
        paymentId,
        lines: [{ lineItemId, quantity: 1 }],
        reason: 'OTHER',
        idempotencyKey: newKey(),
      },
    },
  );

async function ask(
  query: string,
  viewer: Viewer,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Payload> {
  const { data, errors } = await payments.request(query, variables, viewer);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

const entities = async (r: readonly object[], selection: string, viewer: Viewer): Promise<Payload[]> =>
  (await ask(`query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`, viewer, { r }))
    ._entities;

const dateOf = (time: number): string => new Date(time).toISOString();

describe('sales', () => {
  const sales = (viewer: Viewer, since = ''): Promise<Payload[]> =>
    entities(
      [PRODUCT, { ...PRODUCT, id: 'prd_sock' }, { ...PRODUCT, id: 'prd_none' }],
      `... on Product { sales${since} { orders units net { amount currency } } }`,
      viewer,
    );

  it('count what was sold and kept, before tax, for every currency', async () => {
    const [shoe, sock, none] = await sales(merchant);
    expect(shoe.sales).toEqual({
      orders: 3,
      units: 5,
      net: [
        { amount: 4_000, currency: 'EUR' },
        { amount: 1_200, currency: 'USD' },
      ],
    });
    expect(sock.sales).toEqual({ orders: 1, units: 1, net: [{ amount: 1_000, currency: 'EUR' }] });
    expect(none.sales).toEqual({ orders: 0, units: 0, net: [] });
  });

  it('are of a time, and for those who may', async () => {
    const tomorrow = `(since: "${dateOf(Date.now() + 86_400_000)}")`;
    expect((await sales(merchant, tomorrow))[0].sales).toEqual({ orders: 0, units: 0, net: [] });
    const yesterday = `(since: "${dateOf(Date.now() - 86_400_000)}")`;
    expect((await sales(merchant, yesterday))[0].sales.orders).toBe(3);
    for (const viewer of [ada, ANONYMOUS]) expect((await sales(viewer))[0].sales).toBeNull();
  });
});

describe('verified buyers', () => {
  const page = async (args = ''): Promise<Payload> => {
    const fields = `totalCount nodes { user { id } variant { id } purchasedAt } pageInfo { hasNextPage endCursor }`;
    const [product] = await entities(
      [PRODUCT],
      `... on Product { verifiedBuyers${args} { ${fields} } }`,
      ANONYMOUS,
    );
    return product.verifiedBuyers;
  };

  it('are those who agreed, newest first, page by page', async () => {
    const all = await page();
    expect(all).toMatchObject({
      totalCount: 2,
      nodes: [
        { user: { id: cleo.id }, variant: { id: 'boot' } },
        { user: { id: ada.id }, variant: { id: 'shoe' } },
      ],
      pageInfo: { hasNextPage: false },
    });
    const first = await page('(first: 1)');
    expect(first).toMatchObject({ nodes: [all.nodes[0]], pageInfo: { hasNextPage: true } });
    expect((await page(`(first: 1, after: "${first.pageInfo.endCursor}")`)).nodes).toEqual([all.nodes[1]]);
  });

  it('are nobody whose order was canceled', async () => {
    const sock = { ...PRODUCT, id: 'prd_sock' };
    const [product] = await entities(
      [sock],
      '... on Product { verifiedBuyers { nodes { user { id } } } }',
      ada,
    );
    expect(product.verifiedBuyers.nodes).toEqual([{ user: { id: ada.id } }]);
    expect(await entities([sock], '... on Product { purchasedByViewer }', bob)).toEqual([
      { purchasedByViewer: false },
    ]);
  });
});

describe('a review', () => {
  it('is of a verified purchase when its author has bought that product', async () => {
    const review = (author: string | null, product: string) => ({
      __typename: 'ProductReview',
      id: 'rev_1',
      product: { __typename: 'Product', id: product },
      author: author === null ? null : { __typename: 'User', id: author },
    });
    const reviews = [
      review(ada.id, 'prd_shoe'),
      review(bob.id, 'prd_shoe'),
      review(bob.id, 'prd_sock'),
      review(ada.id, 'prd_none'),
      review(null, 'prd_shoe'),
      review('usr_\u0000', 'prd_shoe'),
    ];
    const before = payments.statements.length;
    const answers = await entities(reviews, '... on ProductReview { id verifiedPurchase }', ANONYMOUS);
    expect(answers.map(({ verifiedPurchase }) => verifiedPurchase)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    const reads = payments.statements.slice(before).filter(({ text }) => text.includes('line_items'));
    expect(reads).toHaveLength(1);
  });
});
