import { createCatalogue } from './catalogue.ts';
import {
  PRODUCTS,
  REVIEWS,
  USERS,
  type ProductRecord,
  type ReviewRecord,
  type UserRecord,
} from './records.ts';

type Node = Readonly<Record<string, unknown>>;

export interface Representation {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

export const SUBGRAPHS = ['accounts', 'inventory', 'products', 'reviews'] as const;

export type SubgraphName = (typeof SUBGRAPHS)[number];

export interface Shop {
  /** Root fields for graphql-js' default resolvers: of the whole shop, so of each subgraph too. */
  readonly root: Node;
  /** The entity as a subgraph sees it; fields that are @external there come from the representation alone. */
  entity(subgraph: SubgraphName, representation: Representation): Node | undefined;
}

/** The shop as one graph of objects: what a monolith would answer from, and each subgraph in part. */
export function createShop(): Shop {
  const catalogue = createCatalogue();

  const user = (record: UserRecord): Node => ({
    __typename: 'User',
    ...record,
    reviews: () => REVIEWS.slice(0, 2).map((review) => reviewNode(review)),
  });
  const product = (record: ProductRecord): Node => ({
    __typename: 'Product',
    ...record,
    shippingEstimate: () => shippingEstimate(record.price, record.weight),
    reviews: () => REVIEWS.filter(({ upc }) => upc === record.upc).map((review) => reviewNode(review)),
  });
  const productByUpc = (upc: unknown): Node | undefined => {
    const record = PRODUCTS.find((candidate) => candidate.upc === upc);
    return record && product(record);
  };
  const userById = (id: unknown): Node | undefined => {
    const record = USERS.find((candidate) => candidate.id === id);
    return record && user(record);
  };
  const reviewNode = ({ id, upc, body }: ReviewRecord): Node => ({
    __typename: 'Review',
    id,
    body,
    author: () => userById('1'),
    product: () => productByUpc(upc),
  });

  return {
    root: {
      me: () => userById('1'),
      user: ({ id }: { readonly id: string }) => userById(id),
      users: () => USERS.map((record) => user(record)),
      topProducts: ({ first }: { readonly first: number }) =>
        PRODUCTS.slice(0, first).map((record) => product(record)),
      shopName: 'Tributary & Daughters',
      catalogue,
      addReview: ({ upc, body }: { readonly upc: string; readonly body: string }) =>
        reviewNode({ id: 'new', upc, body }),
    },
    entity: (subgraph, representation) => {
      switch (representation.__typename) {
        case 'User':
          return userById(representation['id']);
        case 'Review': {
          const record = REVIEWS.find(({ id }) => id === representation['id']);
          return record && reviewNode(record);
        }
        case 'Product': {
          const node = productByUpc(representation['upc']);
          if (subgraph !== 'inventory' || node === undefined) return node;
          const { price, weight } = representation;
          return { ...node, shippingEstimate: () => shippingEstimate(price, weight) };
        }
        default:
          return undefined;
      }
    },
  };
}

/** Above a price shipping is free; otherwise by weight. Throws for a gateway that did not send what @requires names. */
function shippingEstimate(price: unknown, weight: unknown): number {
  if (typeof price !== 'number' || typeof weight !== 'number') {
    throw new Error('shippingEstimate requires price and weight');
  }
  return price > 1000 ? 0 : Math.round(weight / 2);
}
