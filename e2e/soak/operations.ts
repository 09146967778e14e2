import { PRODUCTS } from './graph/records.ts';
import type { Question } from './graph/monolith.ts';
import type { Random } from './random.ts';

export interface Operation extends Question {
  readonly name: string;
  /** Never asked before, and never again. */
  readonly isNew: boolean;
}

interface Template {
  readonly name: string;
  readonly query: string;
  readonly variables: (random: Random) => Readonly<Record<string, unknown>>;
}

const NONE = (): Readonly<Record<string, unknown>> => ({});
const productId = (random: Random): string => PRODUCTS[random(PRODUCTS.length)]?.id ?? '';
const coin = (random: Random): boolean => random(2) === 1;

const TEMPLATES: readonly Template[] = [
  {
    name: 'Everything',
    query: `query Everything($first: Int!, $reviews: Boolean!) {
      me { id name city reviews { stars product { title weight shipping } } }
      products(first: $first) {
        id title price weight shipping
        reviews @include(if: $reviews) { id stars text author { name city } }
      }
    }`,
    variables: (random) => ({ first: 1 + random(8), reviews: coin(random) }),
  },
  { name: 'OneSubgraph', query: 'query OneSubgraph { users { id name city } }', variables: NONE },
  {
    name: 'Long',
    query: `query Long($first: Int!) {
      products(first: $first) { title reviews { id author { id name reviews { stars } } } }
    }`,
    // Not longer: of one failure a gateway reports fifty fields, and here every missing one has to be explained.
    variables: (random) => ({ first: 4 * (1 + random(4)) }),
  },
  {
    name: 'Rate',
    query: `mutation Rate($product: ID!, $stars: Int!) {
      rate(product: $product, stars: $stars) { id stars text author { name city } product { title shipping } }
    }`,
    variables: (random) => ({ product: productId(random), stars: 1 + random(5) }),
  },
  {
    name: 'Hidden',
    query: `query Hidden($id: ID!, $hide: Boolean!, $show: Boolean!) {
      item: product(id: $id) {
        title @skip(if: $hide)
        weight @include(if: $show)
        latest: reviews { ... @include(if: $show) { writer: author { name } } stars }
      }
    }`,
    variables: (random) => ({ id: productId(random), hide: coin(random), show: coin(random) }),
  },
  {
    name: 'Stock',
    query: 'query Stock($id: ID!) { product(id: $id) { title inStock } }',
    variables: (random) => ({ id: productId(random) }),
  },
];

/** One in so many is new to the gateway. */
const NEW_IN = 20;
const FIELDS = [
  'title',
  'price',
  'weight',
  'shipping',
  'reviews { stars author { name } }',
  'reviews { text author { city } }',
];

/** The operations of a soak, without an end. */
export function createOperations(random: Random): () => Operation {
  let count = 0;
  return () => {
    count += 1;
    if (random(NEW_IN) === 0) return newOperation(random, count);
    const template = TEMPLATES[random(TEMPLATES.length)] as Template;
    return { ...template, variables: template.variables(random), isNew: false };
  };
}

/** Each kind of operation once. */
export const oneOfEach = (random: Random): readonly Operation[] =>
  TEMPLATES.map((template) => ({ ...template, variables: template.variables(random), isNew: false }));

/** Another selection, under names that nobody used: not the one of any other in whatever cache. */
function newOperation(random: Random, number: number): Operation {
  const fields = FIELDS.filter(() => coin(random)).map((field, index) => `f${number}x${index}: ${field}`);
  const query = `query New${number} { p${number}: product(id: "${productId(random)}") { id ${fields.join(' ')} } }`;
  return { name: 'New', query, variables: {}, isNew: true };
}
