/** What a product list may be asked for, already checked. */
import { BadUserInputError } from '@tributary/service-kit';
import { InvalidCursorError, type CursorValue, type Page } from '@tributary/subgraph-kit';
import type { ProductKind, ProductStatus } from './model.ts';
import { wordsOf } from './search-words.ts';
import { toSortKey } from './sort-key.ts';

const MAX_FILTER_VALUES = 50;
const MAX_ATTRIBUTES = 10;
const MAX_WORDS = 10;
const MAX_QUERY_LENGTH = 200;

export interface AttributeFilterInput {
  readonly code: string;
  readonly in?: readonly string[] | null;
  readonly min?: number | null;
  readonly max?: number | null;
}

export interface ProductFilterInput {
  readonly query?: string | null;
  readonly attributes?: readonly AttributeFilterInput[] | null;
  readonly categoryId?: string | null;
  readonly includeDescendants?: boolean | null;
  readonly kinds?: readonly ProductKind[] | null;
  readonly brand?: readonly string[] | null;
  readonly price?: {
    readonly currency: string;
    readonly min?: number | null;
    readonly max?: number | null;
  } | null;
  readonly availableForSale?: boolean | null;
  readonly status?: readonly ProductStatus[] | null;
}

/** A product meets it with one of the values, or with a number between the bounds. */
export interface AttributeCondition {
  readonly code: string;
  readonly values: readonly string[] | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface ProductFilter {
  /** Beginnings of words, all of which a product has to have. */
  readonly words: readonly string[];
  readonly attributes: readonly AttributeCondition[];
  readonly statuses: readonly ProductStatus[];
  readonly category: { readonly id: string; readonly includeDescendants: boolean } | undefined;
  readonly kinds: readonly ProductKind[] | undefined;
  readonly brandKeys: readonly string[] | undefined;
  /** Bounds on the lowest price, the one lists show and sort by. */
  readonly price:
    | { readonly currency: string; readonly min: number | undefined; readonly max: number | undefined }
    | undefined;
  readonly availableForSale: boolean | undefined;
}

/** An empty list of values is no condition, like a form with nothing ticked. */
export function readProductFilter(input: ProductFilterInput | null | undefined): ProductFilter {
  const statuses = values(input?.status);
  return {
    words: readWords(input?.query ?? ''),
    attributes: readAttributeConditions(input?.attributes ?? []),
    statuses: statuses ?? ['ACTIVE'],
    category:
      input?.categoryId == null
        ? undefined
        : { id: input.categoryId, includeDescendants: input.includeDescendants ?? true },
    kinds: values(input?.kinds),
    brandKeys: values(input?.brand)?.map(toSortKey),
    price:
      input?.price == null
        ? undefined
        : {
            currency: input.price.currency,
            min: input.price.min ?? undefined,
            max: input.price.max ?? undefined,
          },
    availableForSale: input?.availableForSale ?? undefined,
  };
}

function readWords(query: string): readonly string[] {
  if (query.length > MAX_QUERY_LENGTH) {
    throw new BadUserInputError(`A search text is at most ${MAX_QUERY_LENGTH} characters long.`);
  }
  return [...new Set(wordsOf(query))].slice(0, MAX_WORDS);
}

function readAttributeConditions(inputs: readonly AttributeFilterInput[]): readonly AttributeCondition[] {
  if (inputs.length > MAX_ATTRIBUTES) {
    throw new BadUserInputError(`A filter takes at most ${MAX_ATTRIBUTES} attributes.`);
  }
  return inputs.flatMap((input) => {
    const condition = {
      code: input.code,
      values: values(input.in),
      min: input.min ?? undefined,
      max: input.max ?? undefined,
    };
    const isEmpty = [condition.values, condition.min, condition.max].every((it) => it === undefined);
    return isEmpty ? [] : [condition];
  });
}

function values<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  if (list == null || list.length === 0) return undefined;
  if (list.length > MAX_FILTER_VALUES) {
    throw new BadUserInputError(`A filter takes at most ${MAX_FILTER_VALUES} values of one condition.`);
  }
  return [...new Set(list)];
}

export type ProductSortKey = 'CREATED_AT' | 'TITLE' | 'PRICE' | 'RATING';

export type ProductOrder =
  | { readonly key: 'CREATED_AT' | 'TITLE' | 'RATING'; readonly reverse: boolean }
  | { readonly key: 'PRICE'; readonly currency: string; readonly reverse: boolean };

/** @throws BadUserInputError for PRICE without a currency: prices in different currencies have no order. */
export function readProductOrder(
  key: ProductSortKey,
  reverse: boolean,
  currency: string | null,
): ProductOrder {
  if (key !== 'PRICE') return { key, reverse };
  if (currency === null) throw new BadUserInputError('Name the "currency" to sort by price.');
  return { key, reverse, currency };
}

/** Names the order in cursors. */
export function orderName(order: ProductOrder): string {
  const name = order.key === 'PRICE' ? `PRICE:${order.currency}` : order.key;
  return order.reverse ? `${name}:reverse` : name;
}

/** Where a page starts: the sort value and id of the row before it. */
export interface Position {
  readonly value: Date | string | number;
  readonly id: string;
}

/** @throws InvalidCursorError for values that this order cannot have given out. */
export function readPosition(page: Page, key: ProductSortKey): Position | undefined {
  if (page.values === undefined) return undefined;
  const [value, id] = page.values;
  if (page.values.length !== 2 || typeof id !== 'string') throw new InvalidCursorError();
  if (key === 'CREATED_AT') return { value: readDate(value), id };
  if (typeof value !== (key === 'TITLE' ? 'string' : 'number')) throw new InvalidCursorError();
  return { value: value as string | number, id };
}

function readDate(value: CursorValue | undefined): Date {
  const date = new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(date.getTime())) throw new InvalidCursorError();
  return date;
}
