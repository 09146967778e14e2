/**
 * One small shop twice: as a single schema, and split over three subgraphs with the same resolvers. Objects are
 * `{ __typename, id }`; every field is computed from the id, so both sides must agree on every answer.
 */
import type { SubgraphDefinition } from '../../src/testing/federate.ts';

interface Node {
  readonly __typename: string;
  readonly id: string;
}

const node = (__typename: string, id: string): Node => ({ __typename, id });
const numberOf = ({ id }: { readonly id: string }): number => Number(id.replace(/\D/g, ''));

const user = (n: number): Node => node('User', `u${n % 5}`);
const item = (n: number): Node => (n % 2 === 0 ? node('Book', `i${n % 8}`) : node('Toy', `i${n % 8}`));
const review = (n: number): Node => node('Review', `r${n % 12}`);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const fail = (message: string): never => {
  throw new Error(message);
};

type Resolver = (source: Node, args: Readonly<Record<string, number | null>>) => unknown;
type Fields = Readonly<Record<string, Resolver>>;

const itemInCatalog: Fields = {
  name: (source) => (numberOf(source) === 6 ? null : `item ${source.id}`),
  price: (source) => numberOf(source) * 100,
  seller: (source) => (numberOf(source) % 3 === 2 ? null : user(numberOf(source))),
  related: (source, { first }) =>
    range(Math.min(first ?? 2, 3)).map((n) => (n === 1 ? null : item(numberOf(source) + n + 1))),
};

const itemInReviews: Fields = {
  reviews: (source, { first }) => range(Math.min(first ?? 2, 4)).map((n) => review(numberOf(source) + n)),
  bestReview: (source) => (numberOf(source) === 3 ? fail('no reviews') : review(numberOf(source))),
};

/** Field resolvers by subgraph and type. A field stands in one subgraph only. */
const RESOLVERS: Readonly<Record<'accounts' | 'catalog' | 'reviews', Readonly<Record<string, Fields>>>> = {
  accounts: {
    Query: {
      me: () => user(1),
      user: (_source, { n }) => (n === 4 ? null : user(n ?? 0)),
      users: () => [user(0), user(1), user(2), user(1)],
      grid: () => [[user(0), user(3)], [], [user(4)]],
    },
    User: {
      name: (source) => `user ${source.id}`,
      age: (source) => (numberOf(source) === 2 ? fail('age is unknown') : 20 + numberOf(source)),
      email: (source) => (numberOf(source) === 3 ? fail('no e-mail') : `${source.id}@example.com`),
      friends: (source) => [user(numberOf(source) + 1), user(numberOf(source) + 2)],
    },
  },
  catalog: {
    Query: {
      item: (_source, { n }) => item(n ?? 0),
      items: (_source, { first }) => range(Math.min(first ?? 4, 8)).map(item),
      anything: () => [item(0), item(1), user(2), review(3)],
    },
    Book: { ...itemInCatalog, pages: (source) => numberOf(source) * 10 },
    Toy: { ...itemInCatalog, minAge: (source) => numberOf(source) },
    User: { wishlist: (source) => [item(numberOf(source)), item(numberOf(source) + 3)] },
  },
  reviews: {
    Query: { reviews: () => range(6).map(review) },
    Book: itemInReviews,
    Toy: itemInReviews,
    User: {
      written: (source, { first }) =>
        range(Math.min(first ?? 1, 3)).map((n) => review(numberOf(source) * 2 + n)),
    },
    Review: {
      stars: (source) => (numberOf(source) % 5) + 1,
      text: (source) => (numberOf(source) === 7 ? null : `text of ${source.id}`),
      author: (source) => user(numberOf(source)),
      subject: (source) => item(numberOf(source)),
    },
  },
};

const CATALOG_FIELDS = 'name: String price: Int! seller: User related(first: Int = 2): [Item]!';
const REVIEWS_FIELDS = 'reviews(first: Int): [Review!]! bestReview: Review!';

const SDL = {
  accounts: `
    type Query { me: User! user(n: Int): User users: [User!]! grid: [[User!]!]! }
    type User @key(fields: "id") { id: ID! name: String! age: Int email: String! friends: [User!]! }
  `,
  catalog: `
    type Query { item(n: Int): Item items(first: Int): [Item!]! anything: [Anything] }
    interface Item { id: ID! ${CATALOG_FIELDS} }
    type Book implements Item @key(fields: "id") { id: ID! ${CATALOG_FIELDS} pages: Int }
    type Toy implements Item @key(fields: "id") { id: ID! ${CATALOG_FIELDS} minAge: Int! }
    union Anything = Book | Toy | User | Review
    type User @key(fields: "id") { id: ID! wishlist: [Item!]! }
    type Review @key(fields: "id", resolvable: false) { id: ID! }
  `,
  reviews: `
    type Query { reviews: [Review!]! }
    interface Item { id: ID! ${REVIEWS_FIELDS} }
    type Book implements Item @key(fields: "id") { id: ID! ${REVIEWS_FIELDS} }
    type Toy implements Item @key(fields: "id") { id: ID! ${REVIEWS_FIELDS} }
    type User @key(fields: "id") { id: ID! written(first: Int = 1): [Review!]! }
    type Review @key(fields: "id") { id: ID! stars: Int! text: String author: User! subject: Item }
  `,
};

const withReference = (types: Readonly<Record<string, Fields>>) =>
  Object.fromEntries(
    Object.entries(types).map(([type, fields]) => [
      type,
      type === 'Query' ? fields : { ...fields, __resolveReference: ({ id }: Node) => node(type, id) },
    ]),
  );

export const SUBGRAPHS: Readonly<Record<keyof typeof SDL, SubgraphDefinition>> = {
  accounts: { sdl: SDL.accounts, resolvers: withReference(RESOLVERS.accounts) },
  catalog: { sdl: SDL.catalog, resolvers: withReference(RESOLVERS.catalog) },
  reviews: { sdl: SDL.reviews, resolvers: withReference(RESOLVERS.reviews) },
};

/** The resolver of a field of the single schema; ids and typenames are there already. */
export function findResolver(type: string, field: string): Resolver | undefined {
  for (const subgraph of Object.values(RESOLVERS)) {
    const resolver = subgraph[type]?.[field];
    if (resolver !== undefined) return resolver;
  }
  return undefined;
}
