import { Long, type Filter } from 'mongodb';
import type {
  AttributeCondition,
  Position,
  ProductFilter,
  ProductOrder,
} from '../../domain/product-query.ts';
import type { ProductDocument } from './documents.ts';
import { facetKey } from './product-mapping.ts';

type Condition = Filter<ProductDocument>;

/** The conditions of a list, those with an index first. */
export function toMongoFilter(filter: ProductFilter): Condition {
  return {
    status: oneOf(filter.statuses),
    ...(filter.category !== undefined && {
      categoryPath: filter.category.id,
      ...(!filter.category.includeDescendants && { categoryId: filter.category.id }),
    }),
    ...(filter.kinds !== undefined && { kind: oneOf(filter.kinds) }),
    ...(filter.brandKeys !== undefined && { brandKey: oneOf(filter.brandKeys) }),
    ...and([
      priceCondition(filter),
      availabilityCondition(filter),
      ...filter.words.map((word): Condition => ({ words: new RegExp(`^${word}`) })),
      ...filter.attributes.map(attributeCondition),
    ]),
  };
}

/** An empty list of conditions is refused by the store. */
export function and(conditions: readonly (Condition | undefined)[]): Condition {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? {} : { $and: given };
}

function attributeCondition({ code, values, min, max }: AttributeCondition): Condition {
  return {
    ...(values !== undefined && { facets: oneOf(values.map((value) => facetKey(code, value))) }),
    ...((min !== undefined || max !== undefined) && {
      numbers: {
        $elemMatch: {
          code,
          n: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) },
        },
      },
    }),
  };
}

/** An equality keeps the order of an index that a one-element $in may lose. */
function oneOf<T>(values: readonly T[]): T | { $in: readonly T[] } {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : { $in: values };
}

function priceCondition({ price }: ProductFilter): Condition | undefined {
  if (price === undefined) return undefined;
  return {
    [`minPrice.${price.currency}`]: {
      $gte: Long.fromNumber(Math.max(price.min ?? 0, 0)),
      ...(price.max !== undefined && { $lte: Long.fromNumber(price.max) }),
    },
  };
}

/** For sale is what is ACTIVE and has stock. */
function availabilityCondition({ availableForSale }: ProductFilter): Condition | undefined {
  if (availableForSale === undefined) return undefined;
  if (availableForSale) return { status: 'ACTIVE', inStock: true };
  return { $or: [{ status: { $ne: 'ACTIVE' } }, { inStock: false }] };
}

export interface MongoOrder {
  readonly path: string;
  readonly direction: 1 | -1;
}

const PATHS = { CREATED_AT: 'createdAt', TITLE: 'titleKey', RATING: 'ratingAverage' } as const;

/** @param backward Reads the list from its end, for `last`. */
export function toMongoOrder(order: ProductOrder, backward: boolean): MongoOrder {
  const path = order.key === 'PRICE' ? `minPrice.${order.currency}` : PATHS[order.key];
  const ascending = order.key === 'PRICE' || order.key === 'TITLE';
  const flips = Number(order.reverse) + Number(backward);
  return { path, direction: ascending === (flips % 2 === 0) ? 1 : -1 };
}

/** Leaves out what has no value to sort by. */
export function hasSortValue(order: ProductOrder): Condition | undefined {
  return order.key === 'PRICE' ? { [`minPrice.${order.currency}`]: { $gte: Long.ZERO } } : undefined;
}

/**
 * The rows after a position. The first condition alone would do for the index, the second makes it exact
 * among rows with the same value.
 */
export function afterPosition({ path, direction }: MongoOrder, position: Position): object {
  const value = Number.isInteger(position.value) ? Long.fromNumber(Number(position.value)) : position.value;
  const [inclusive, exclusive] = direction === 1 ? (['$gte', '$gt'] as const) : (['$lte', '$lt'] as const);
  return {
    $and: [
      { [path]: { [inclusive]: value } },
      { $or: [{ [path]: { [exclusive]: value } }, { _id: { [exclusive]: position.id } }] },
    ],
  };
}
