import type { SubgraphName } from '../subgraphs/shop.ts';

/** An operation, the subgraphs it needs, and what of its answer each of them brings. */
export interface Operation {
  readonly name: string;
  readonly query: string;
  /** By subgraph: what its fields need of others, and whether they are in an answer. */
  readonly brings: Partial<
    Record<SubgraphName, { readonly needs: readonly SubgraphName[]; isIn(data: Data): boolean }>
  >;
}

export interface Data {
  readonly me?: { readonly name?: unknown } | null;
  readonly topProducts?: readonly (Readonly<Record<string, unknown>> | null)[] | null;
  readonly shopName?: unknown;
}

const everyProduct = ({ topProducts }: Data, field: string): boolean =>
  (topProducts ?? undefined) !== undefined &&
  (topProducts ?? []).every((product) => (product?.[field] ?? null) !== null);

const accounts = { needs: [], isIn: ({ me }: Data) => typeof me?.name === 'string' };
const products = { needs: [], isIn: (data: Data) => everyProduct(data, 'name') };
const inventory = { needs: ['products'], isIn: (data: Data) => everyProduct(data, 'inStock') } as const;
const reviews = { needs: ['products'], isIn: (data: Data) => everyProduct(data, 'reviews') } as const;

export const OPERATIONS: readonly Operation[] = [
  { name: 'account', query: '{ me { id name } }', brings: { accounts } },
  { name: 'products', query: '{ topProducts(first: 3) { upc name } }', brings: { products } },
  {
    name: 'stock',
    query: '{ topProducts(first: 3) { name inStock } }',
    brings: { products, inventory },
  },
  {
    name: 'reviews',
    query: '{ topProducts(first: 3) { name reviews { id body } } }',
    brings: { products, reviews },
  },
  {
    name: 'page',
    query: '{ me { id name } topProducts(first: 3) { name inStock reviews { id body } } }',
    brings: { accounts, products, inventory, reviews },
  },
];

export const touches = ({ brings }: Operation, subgraph: SubgraphName): boolean => subgraph in brings;

/** Whether everything is there that can be while a subgraph fails. */
export function hasTheRest({ brings }: Operation, failing: SubgraphName, data: Data): boolean {
  return Object.entries(brings).every(
    ([subgraph, { needs, isIn }]) =>
      subgraph === failing || needs.some((needed) => needed === failing) || isIn(data),
  );
}
