/** Pages of 20 out of the catalogue of import-load.ts, as a shop asks for them. */

const ROW = 'nodes { id slug title priceRange(currency: "EUR") { min { amount } } } pageInfo { endCursor }';

export const CATALOGUE_LISTS: Readonly<Record<string, string>> = {
  'newest first': `{ products(first: 20) { ${ROW} } }`,
  'brand, price range and for sale, cheapest first': `{ products(first: 20, sortKey: PRICE, currency: "EUR", filter: {
    brand: ["Kestrel"], price: { currency: "EUR", min: 2000, max: 4000 }, availableForSale: true
  }) { ${ROW} } }`,
  'a rare brand, newest first': `{ products(first: 20, filter: { brand: ["Onsight"] }) { ${ROW} } }`,
  'a rare brand, cheapest first': `{ products(first: 20, sortKey: PRICE, currency: "EUR", filter: { brand: ["Onsight"] }) { ${ROW} } }`,
  'a common attribute, cheapest first': `{ products(first: 20, sortKey: PRICE, currency: "EUR", filter: {
    attributes: [{ code: "colour", in: ["slate"] }]
  }) { ${ROW} } }`,
  'a rare attribute, A to Z': `{ products(first: 20, sortKey: TITLE, filter: {
    attributes: [{ code: "colour", in: ["saffron"] }]
  }) { ${ROW} } }`,
  'a category and a rare attribute, best first': `query ($category: ID) { products(first: 20, sortKey: RATING, filter: {
    categoryId: $category, attributes: [{ code: "colour", in: ["saffron"] }]
  }) { ${ROW} } }`,
  'two words, one of them rare, newest first': `{ products(first: 20, filter: { query: "product 4711" }) { ${ROW} } }`,
  'a rare brand, counted, with facets':
    '{ products(first: 20, filter: { brand: ["Onsight"] }) { totalCount facets { definition { code } buckets { value count } } } }',
};
