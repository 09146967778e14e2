import type { Logger } from '@tributary/service-kit';
import { Long, type Collection, type Document, type OptionalUnlessRequiredId } from 'mongodb';
import { toAttributeDocument } from '../store/mongo/attributes.ts';
import { toCategoryDocument } from '../store/mongo/categories.ts';
import {
  toInventoryDocument,
  toOpeningMovement,
  toProductDocument,
  toVariantDocument,
} from '../store/mongo/create-product.ts';
import type { Collections } from '../store/mongo/database.ts';
import type { ProductDocument, ReviewDocument } from '../store/mongo/documents.ts';
import { isOnlyDuplicates } from '../store/mongo/mongo-errors.ts';
import { buildSampleCatalogue, type SampleProduct } from './build-sample-catalogue.ts';

/** Small enough that an embedded server, which does one thing at a time, answers others in between. */
const BATCH = 100;

/**
 * Loads the demonstration catalogue. What is there already stays as it is, edits included; products come
 * last, so that a seeding that stops half-way shows none without its variants, and repeating it completes it.
 */
export async function seedProducts(collections: Collections, logger: Logger): Promise<void> {
  const { attributes, categories, products, pictures } = buildSampleCatalogue();
  const variants = products.flatMap(({ product, createdAt }) =>
    product.variants.map((variant) => ({ product, variant, createdAt })),
  );
  const steps: readonly (readonly [string, () => Promise<number>])[] = [
    [
      'attributes',
      () => insertMissing(collections.attributeDefinitions, attributes.map(toAttributeDocument)),
    ],
    [
      'categories',
      () =>
        insertMissing(
          collections.categories,
          categories.map((category) => toCategoryDocument(category, EPOCH)),
        ),
    ],
    [
      'pictures',
      () =>
        insertMissing(
          collections.media,
          pictures.map(({ id, ...picture }) => ({ _id: id, ...picture })),
        ),
    ],
    [
      'variants',
      () =>
        insertMissing(
          collections.variants,
          variants.map(({ product, variant, createdAt }) => toVariantDocument(product, variant, createdAt)),
        ),
    ],
    [
      'stock levels',
      () =>
        insertMissing(
          collections.inventory,
          variants.map(({ product, variant, createdAt }) => toInventoryDocument(product, variant, createdAt)),
        ),
    ],
    [
      'opening stock',
      () =>
        insertMissing(
          collections.movements,
          variants.flatMap(({ variant, createdAt }) => toOpeningMovement(variant, createdAt) ?? []),
        ),
    ],
    ['reviews', () => insertMissing(collections.reviews, products.flatMap(toReviewDocuments))],
    ['products', () => insertMissing(collections.products, products.map(toSampleDocument))],
  ];
  for (const [name, run] of steps) logger.info({ 'seed.step': name, 'seed.inserted': await run() }, 'seeded');
}

/** Categories show no date; any will do, as long as it is always the same. */
const EPOCH = new Date(0);

const toReviewDocuments = ({ reviews }: SampleProduct): readonly ReviewDocument[] =>
  reviews.map(({ id, ...review }) => ({ _id: id, ...review, version: 1 }));

function toSampleDocument({ product, status, createdAt, reviews }: SampleProduct): ProductDocument {
  const ratingSum = reviews.reduce((sum, { rating }) => sum + rating, 0);
  return {
    ...toProductDocument(product, status, createdAt),
    ratingSum: Long.fromNumber(ratingSum),
    ratingCount: reviews.length,
    ratingAverage: reviews.length === 0 ? 0 : ratingSum / reviews.length,
  };
}

/** @returns How many were not there yet. */
async function insertMissing<T extends Document>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<number> {
  const before = await collection.countDocuments();
  for (let start = 0; start < documents.length; start += BATCH) {
    try {
      await collection.insertMany(documents.slice(start, start + BATCH), { ordered: false });
    } catch (error) {
      if (!isOnlyDuplicates(error)) throw error;
    }
  }
  return (await collection.countDocuments()) - before;
}
