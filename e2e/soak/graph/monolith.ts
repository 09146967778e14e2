import {
  buildSchema,
  defaultFieldResolver,
  execute,
  parse,
  responsePathAsArray,
  validate,
  type GraphQLSchema,
} from 'graphql';
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

/** What the supergraphs serve, as one schema. */
const sdl = (more: string): string => `
  type Query { me: User  users: [User!]  products(first: Int!): [Product!]  product(id: ID!): Product }
  type Mutation { rate(product: ID!, stars: Int!): Review }
  type User { id: ID!  name: String!  city: String  reviews: [Review!] }
  type Product { id: ID!  title: String!  price: Int!  weight: Int  shipping: Int  reviews: [Review!]  ${more} }
  type Review { id: ID!  stars: Int!  text: String  author: User  product: Product }
`;

const PLAIN = buildSchema(sdl(''));
const WITH_STOCK = buildSchema(sdl('inStock: Int'));

type Resolver = (parent: never, args: never) => unknown;

const RESOLVERS: Readonly<Record<string, Resolver>> = {
  'Query.me': () => USERS[0],
  'Query.users': () => USERS,
  'Query.products': (_, { first }: { first: number }) => PRODUCTS.slice(0, first),
  'Query.product': (_, { id }: { id: string }) => productById(id),
  'Mutation.rate': (_, { product, stars }: { product: string; stars: number }) => rate(product, stars),
  'User.reviews': ({ id }: { id: string }) => reviewsOfUser(id),
  'Product.reviews': ({ id }: { id: string }) => reviewsOfProduct(id),
  'Product.shipping': ({ price }: Product) => shippingOf(price),
  'Product.inStock': ({ id }: { id: string }) => inStock(id),
  'Review.author': ({ authorId }: Review) => userById(authorId),
  'Review.product': ({ productId }: Review) => productById(productId),
};

export interface Question {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Execution {
  readonly data: unknown;
  /** Every place that was resolved, and its field as `Type.field`. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A response path as a key. */
export const pathKey = (path: readonly (string | number)[]): string => JSON.stringify(path);

/**
 * The answer of graphql-js, with all fields that any of the supergraphs has.
 *
 * @param failed Paths (see pathKey) whose field fails: it becomes null, and takes along what may not be without it.
 */
export function executeAsOne(
  { query, variables }: Question,
  failed: ReadonlySet<string> = new Set(),
): Execution {
  const fields = new Map<string, string>();
  const result = execute({
    schema: WITH_STOCK,
    document: parse(query),
    variableValues: variables,
    fieldResolver: (parent, args, context, info) => {
      const path = pathKey(responsePathAsArray(info.path));
      const field = `${info.parentType.name}.${info.fieldName}`;
      fields.set(path, field);
      if (failed.has(path)) throw new Error('failed on purpose');
      const resolver = RESOLVERS[field];
      return resolver === undefined
        ? defaultFieldResolver(parent, args, context, info)
        : resolver(parent as never, args as never);
    },
  });
  if (!('data' in result)) throw new Error(`The soak asks what cannot be executed: ${query}`);
  return { data: result.data, fields };
}

/** Why a gateway on the supergraph without stock refuses the operation; empty when it does not. */
export const refusalsWithoutStock = ({ query }: Question): readonly string[] => refusals(PLAIN, query);

const refusals = (schema: GraphQLSchema, query: string): readonly string[] =>
  validate(schema, parse(query)).map(({ message }) => message);
