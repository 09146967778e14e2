import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { costOfPlan } from './cost-of-plan.ts';
import { readCostWeights } from './cost-weights.ts';
import { estimateCost } from './estimate-cost.ts';

/** What one fetch costs, for supergraphs that composition does not make yet. */
function costOf(link: string, types: string, operation: string, variables: Record<string, unknown>) {
  const weights = readCostWeights(
    parse(`schema @link(url: "https://specs.apollo.dev/cost/v0.1"${link}) { query: Query } ${types}`),
  );
  const plan = { kind: 'Fetch', serviceName: 'a', operation, operationKind: 'query' } as never;
  return estimateCost(
    costOfPlan(plan, weights, () => 'Query'),
    { variables, lifted: new Map(), inputs: weights.inputs, listSizeOf: () => 10 },
  ).total;
}

const NESTED = `
  type Query {
    search(page: Page = { size: 3 }): [Book] @cost__listSize(slicingArguments: ["page.size"])
    paged(first: Int): Result @cost__listSize(slicingArguments: ["first"], sizedFields: ["page.items"])
  }
  type Book { title: String }
  type Result { page: Items }
  type Items { items: [Book] others: [Book] }
  input Page { size: Int }
`;

describe('costOfPlan', () => {
  it.each<[string, number, Record<string, unknown>?]>([
    ['{ search { title } }', 3],
    ['{ search(page: { size: 6 }) { title } }', 1 + 6],
    ['query ($page: Page) { search(page: $page) { title } }', 1 + 8, { page: { size: 8 } }],
    ['query ($page: Page = { size: 5 }) { search(page: $page) { title } }', 1 + 5],
    ['query ($size: Int) { search(page: { size: $size }) { title } }', 1 + 2, { size: 2 }],
    ['{ paged(first: 4) { page { items { title } } } }', 2 + 4],
    ['{ paged(first: 4) { page { others { title } } } }', 2 + 10],
    ['{ paged(first: 4) { ... { page { ... on Items { items { title } } } } } }', 2 + 4],
  ])('follows paths into inputs and fields: %s', (operation, cost, variables = {}) => {
    expect(costOf('', NESTED, operation, variables)).toBe(cost);
  });

  it.each([
    [', import: ["@cost", "@listSize"]', '@cost', '@listSize'],
    ['', '@cost', '@cost__listSize'],
    [', as: "price"', '@price', '@price__listSize'],
    [', import: [{ name: "@cost", as: "@weight" }, { name: "@listSize", as: "@long" }]', '@weight', '@long'],
  ])('knows the directives by the names that the supergraph gives them: %s', (link, cost, listSize) => {
    const types = `
      type Query { books: [Book] ${listSize}(assumedSize: 2) }
      type Book { price: Int ${cost}(weight: 7) }
    `;

    expect(costOf(link, types, '{ books { price } }', {})).toBe(16);
  });
});
