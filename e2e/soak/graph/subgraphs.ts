import {
  inStock,
  PRODUCTS,
  productById,
  rate,
  reviewsOfProduct,
  reviewsOfUser,
  shippingOf,
  userById,
  USERS,
  type Product,
  type Review,
} from './records.ts';

export const SUBGRAPH_NAMES = ['accounts', 'catalog', 'reviews', 'stock'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

export interface SubgraphDefinition {
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
}

// Each resolver knows the parent and the arguments it gets; graphql-js checks them against the schema.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Resolver = (parent: any, args: any) => unknown;

interface Reference {
  readonly id: string;
}

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.7"
  import: ["@key", "@external", "@requires", "@override"]
)
`;

const accounts: SubgraphDefinition = {
  sdl: `${LINK}
    type Query { me: User  users: [User!] }
    type User @key(fields: "id") { id: ID!  name: String!  city: String }
  `,
  resolvers: {
    Query: { me: () => USERS[0], users: () => USERS },
    User: { __resolveReference: ({ id }: Reference) => userById(id) },
  },
};

const catalog: SubgraphDefinition = {
  sdl: `${LINK}
    type Query { products(first: Int!): [Product!]  product(id: ID!): Product }
    type Product @key(fields: "id") { id: ID!  title: String!  price: Int!  weight: Int  shipping: Int }
  `,
  resolvers: {
    Query: {
      products: (_, { first }: { first: number }) => PRODUCTS.slice(0, first),
      product: (_, { id }: Reference) => productById(id),
    },
    Product: {
      __resolveReference: ({ id }: Reference) => productById(id),
      shipping: ({ price }: Product) => shippingOf(price),
    },
  },
};

const reviews: SubgraphDefinition = {
  sdl: `${LINK}
    type Mutation { rate(product: ID!, stars: Int!): Review }
    type Review { id: ID!  stars: Int!  text: String  author: User  product: Product }
    type User @key(fields: "id") { id: ID!  reviews: [Review!] }
    type Product @key(fields: "id") { id: ID!  reviews: [Review!] }
  `,
  resolvers: {
    Mutation: { rate: (_, { product, stars }: { product: string; stars: number }) => rate(product, stars) },
    Review: {
      author: ({ authorId }: Review) => ({ id: authorId }),
      product: ({ productId }: Review) => ({ id: productId }),
    },
    User: { reviews: ({ id }: Reference) => reviewsOfUser(id) },
    Product: { reviews: ({ id }: Reference) => reviewsOfProduct(id) },
  },
};

/** In one of the two supergraphs only: it adds a field, and takes two over from catalog, one with a detour. */
const stock: SubgraphDefinition = {
  sdl: `${LINK}
    type Product @key(fields: "id") {
      id: ID!
      inStock: Int
      price: Int! @external
      weight: Int @override(from: "catalog")
      shipping: Int @override(from: "catalog") @requires(fields: "price")
    }
  `,
  resolvers: {
    Product: {
      inStock: ({ id }: Reference) => inStock(id),
      weight: ({ id }: Reference) => productById(id)?.weight,
      shipping: ({ price }: Product) => shippingOf(price),
    },
  },
};

export const SUBGRAPHS: Readonly<Record<SubgraphName, SubgraphDefinition>> = {
  accounts,
  catalog,
  reviews,
  stock,
};
