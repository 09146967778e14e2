import { createRandom } from '../random.ts';

type Type = 'User' | 'Product' | 'Review';

const SCALARS: Readonly<Record<Type, readonly string[]>> = {
  User: ['id', 'name', 'username', 'birthYear'],
  Product: ['upc', 'name', 'price', 'weight', 'inStock', 'shippingEstimate'],
  Review: ['id', 'body'],
};
const LINKS: Readonly<Record<Type, readonly (readonly [field: string, to: Type])[]>> = {
  User: [['reviews', 'Review']],
  Product: [['reviews', 'Review']],
  Review: [
    ['author', 'User'],
    ['product', 'Product'],
  ],
};
const ROOTS: readonly (readonly [field: string, type: Type])[] = [
  ['users', 'User'],
  ['me', 'User'],
  ['user(id: "2")', 'User'],
  ['topProducts(first: 3)', 'Product'],
  ['topProducts(first: 6)', 'Product'],
];
const MAX_DEPTH = 3;

/** Operations that differ in shape, over one to four subgraphs: what defeats a gateway that caches too little. */
export function createDistinctOperations(count: number): readonly string[] {
  const below = createRandom(7);

  function selection(type: Type, depth: number): string {
    const scalars = SCALARS[type].filter(() => below(2) === 0);
    const links = LINKS[type]
      .filter(() => depth < MAX_DEPTH && below(4) > 0)
      .map(([field, to]) => `${field} ${selection(to, depth + 1)}`);
    const fields = [...scalars, ...links];
    return `{ ${(fields.length === 0 ? ['__typename'] : fields).join(' ')} }`;
  }

  return Array.from({ length: count }, (_, index) => {
    const roots = Array.from({ length: 1 + below(2) }, (_, position) => {
      const [field, type] = ROOTS[below(ROOTS.length)] ?? ROOTS[0] ?? ['me', 'User'];
      return `root${position}: ${field} ${selection(type, 0)}`;
    });
    return `query Distinct${index} { ${roots.join(' ')} }`;
  });
}
