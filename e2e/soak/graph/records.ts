/**
 * The data that the subgraphs and the one schema they are compared with share. It never changes, not even by the
 * mutation: an answer is known in advance, and a subgraph that was killed comes back with what it had.
 */

export interface User {
  readonly id: string;
  readonly name: string;
  readonly city: string | null;
}

export interface Product {
  readonly id: string;
  readonly title: string;
  readonly price: number;
  readonly weight: number;
}

export interface Review {
  readonly id: string;
  readonly stars: number;
  readonly text: string | null;
  readonly authorId: string;
  readonly productId: string;
}

const FIRST_NAMES = ['Ada', 'Björk', 'Grace', 'Yuki', 'Seán', 'Priya', 'Łukasz', 'Zoë'];
const CITIES = ['Reykjavík', 'Kraków', '京都', null, 'Cork'];
const THINGS = ['Shoe', 'Kettle', 'Lamp', '"Quoted" Mug', 'Café Table', 'Rope', 'Tent'];

const sequence = <T>(length: number, create: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_, index) => create(index));
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

export const USERS = sequence<User>(12, (index) => ({
  id: `u${index}`,
  name: `${pick(FIRST_NAMES, index)} ${index}`,
  city: pick(CITIES, index),
}));

export const PRODUCTS = sequence<Product>(24, (index) => ({
  id: `p${index}`,
  title: `${pick(THINGS, index)} ${index}`,
  price: 500 + ((index * 379) % 9_000),
  weight: 10 + ((index * 53) % 700),
}));

export const REVIEWS = sequence<Review>(60, (index) => ({
  id: `r${index}`,
  stars: 1 + ((index * 7) % 5),
  text: index % 6 === 0 ? null : `Review ${index}:\n"not bad"`,
  authorId: pick(USERS, index * 5).id,
  productId: pick(PRODUCTS, index * 11).id,
}));

/** What the mutation gives: a function of what it is asked, kept nowhere. */
export const rate = (productId: string, stars: number): Review => ({
  id: `${productId}-${stars}`,
  stars,
  text: `rated ${stars}`,
  authorId: pick(USERS, stars).id,
  productId,
});

/** What it costs to send, from what it costs: one subgraph has this by itself, another has to be told the price. */
export const shippingOf = (price: number): number => 200 + Math.floor(price / 50);

export const inStock = (productId: string): number => (Number(productId.slice(1)) * 17) % 40;

const byId = <T extends { readonly id: string }>(records: readonly T[]): ReadonlyMap<string, T> =>
  new Map(records.map((record) => [record.id, record]));
const usersById = byId(USERS);
const productsById = byId(PRODUCTS);

export const userById = (id: string): User | undefined => usersById.get(id);
export const productById = (id: string): Product | undefined => productsById.get(id);
export const reviewsOfUser = (id: string): readonly Review[] =>
  REVIEWS.filter(({ authorId }) => authorId === id);
export const reviewsOfProduct = (id: string): readonly Review[] =>
  REVIEWS.filter(({ productId }) => productId === id);
