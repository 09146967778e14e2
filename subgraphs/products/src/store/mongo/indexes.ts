import type { IndexDirection } from 'mongodb';
import type { Collections } from './database.ts';

/** Sorting by price is served by an index in these; any other currency works and sorts in memory. */
export const INDEXED_CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'CHF'] as const;

export interface IndexDefinition {
  readonly collection: keyof Collections;
  readonly key: Readonly<Record<string, IndexDirection>>;
  readonly unique?: true;
  /** Only documents that have the field: markers are rare. */
  readonly sparse?: true;
  readonly expireAfterSeconds?: number;
}

const ORDERS: readonly IndexDefinition['key'][] = [
  { createdAt: -1, _id: -1 },
  { titleKey: 1, _id: 1 },
  { ratingAverage: -1, _id: -1 },
  ...INDEXED_CURRENCIES.map((currency) => ({ [`minPrice.${currency}`]: 1 as const, _id: 1 as const })),
];

/** What a list is narrowed by with one value, each in every order: what is rare is never looked for among everything else. */
const NARROWED_BY: readonly IndexDefinition['key'][] = [{}, { categoryPath: 1 }, { brandKey: 1 }];

/** Each list of the API has one whose keys are its equality conditions and then its order. */
export const INDEXES: readonly IndexDefinition[] = [
  { collection: 'products', key: { slug: 1 }, unique: true },
  ...NARROWED_BY.flatMap((narrowing) =>
    ORDERS.map((order): IndexDefinition => ({
      collection: 'products',
      key: { status: 1, ...narrowing, ...order },
    })),
  ),
  // Not in every order: a product has an entry for each of its attributes, and each write that moves it moves them all.
  { collection: 'products', key: { status: 1, facets: 1, createdAt: -1, _id: -1 } },
  { collection: 'products', key: { status: 1, 'numbers.code': 1, 'numbers.n': 1 } },
  { collection: 'products', key: { status: 1, words: 1 } },
  { collection: 'products', key: { categoryId: 1 }, sparse: true },
  { collection: 'products', key: { pathPending: 1 }, sparse: true },
  { collection: 'products', key: { untold: 1 }, sparse: true },
  { collection: 'variants', key: { sku: 1 }, unique: true },
  { collection: 'variants', key: { productId: 1, _id: 1 } },
  { collection: 'variants', key: { summaryPending: 1 }, sparse: true },
  { collection: 'inventory', key: { productId: 1 } },
  { collection: 'inventory', key: { nextExpiry: 1 } },
  { collection: 'inventory', key: { shown: 1, sellable: 1 } },
  { collection: 'reservations', key: { state: 1, expiresAt: 1 } },
  { collection: 'reservations', key: { forgetAt: 1 }, expireAfterSeconds: 0 },
  { collection: 'movements', key: { variantId: 1, state: 1, at: -1, _id: -1 } },
  { collection: 'movements', key: { state: 1, at: 1 } },
  { collection: 'categories', key: { slug: 1 }, unique: true },
  { collection: 'categories', key: { parentId: 1, nameKey: 1, _id: 1 } },
  { collection: 'categories', key: { nameKey: 1, _id: 1 } },
  { collection: 'categories', key: { path: 1 } },
  { collection: 'categories', key: { pathPending: 1 }, sparse: true },
  { collection: 'attributeDefinitions', key: { nameKey: 1, _id: 1 } },
  { collection: 'reviews', key: { productId: 1, authorId: 1 }, unique: true },
  { collection: 'reviews', key: { productId: 1, status: 1, createdAt: -1, _id: -1 } },
  { collection: 'reviews', key: { authorId: 1, status: 1, createdAt: -1, _id: -1 } },
  { collection: 'reviews', key: { status: 1, createdAt: -1, _id: -1 } },
  { collection: 'reviews', key: { uncounted: 1 }, sparse: true },
  { collection: 'eventDeliveries', key: { subscriber: 1, nextAttemptAt: 1 } },
  { collection: 'eventDeliveries', key: { diedAt: 1 }, sparse: true },
];

/**
 * Those that an earlier version made and that do harm. `purgeAt` is in reservations whose goods left, too, and instances of
 * that version write it until the last of them is replaced: so it has another name now.
 */
export const DROPPED_INDEXES: readonly { readonly collection: keyof Collections; readonly name: string }[] = [
  { collection: 'reservations', name: 'purgeAt_1' },
];

/** Raise with every change above. */
export const SCHEMA_VERSION = 6;
