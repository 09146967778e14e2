import { scalars } from '@tributary/subgraph-kit';
import type { AttributeDefinitions } from '../domain/attribute-definition.ts';
import { collectProblems, type Problems } from '../domain/catalog-error.ts';
import { productIds, variantIds } from '../domain/ids.ts';
import { fromMediaAddress } from '../domain/media-address.ts';
import type { Category, NewProduct, Prices, ProductStatus } from '../domain/model.ts';
import type { MoneyInput } from '../domain/read-prices.ts';
import { readProductCreateInput } from '../domain/read-product-input.ts';
import { createHash } from 'node:crypto';
import type { CatalogueRecord, LineProblem } from './catalogue-record.ts';

/** What a record says, by the rules of the catalogue. */
export interface PlannedProduct {
  readonly line: number;
  readonly status: ProductStatus;
  readonly product: NewProduct;
}

export interface PlanContext {
  /** Of this import: the same line gets the same ids when it is imported again after an interruption. */
  readonly importId: string;
  readonly startedAt: Date;
  readonly categories: ReadonlyMap<string, Category>;
  readonly definitions: AttributeDefinitions;
  /** Origin under which clients reach this service. */
  readonly mediaBaseUrl: string;
}

/** Checks a record as the mutations check their input. */
export function planRecord(
  context: PlanContext,
  line: number,
  record: CatalogueRecord,
): PlannedProduct | { readonly problems: readonly LineProblem[] } {
  const problems = collectProblems();
  const { status, category: categorySlug, variants, media, attributes, ...content } = record;
  const input = {
    ...content,
    countryOfOrigin: readCountry(problems, content.countryOfOrigin),
    attributes: toValues(attributes),
    media: media.flatMap(({ url, ...item }, index) => {
      if (URL.canParse(url) && /^https?:/.test(url)) return [{ url: new URL(url), ...item }];
      problems.add('INVALID', ['input', 'media', String(index), 'url'], 'Use an http or https address.');
      return [];
    }),
    variants: variants.map(({ options, prices, compareAtPrices, ...variant }) => ({
      ...variant,
      options: toValues(options),
      prices: toMoney(prices),
      compareAtPrices: toMoney(compareAtPrices),
    })),
  };
  const read = readProductCreateInput(problems, input, context.definitions);
  const category = categorySlug === null ? undefined : context.categories.get(categorySlug);
  if (categorySlug !== null && category === undefined) {
    problems.add('NOT_FOUND', ['input', 'category'], `There is no category ${categorySlug}.`);
  }
  if (status === 'ACTIVE' && !variants.some(({ prices }) => Object.keys(prices).length > 0)) {
    problems.add('NOT_PUBLISHABLE', ['input', 'status'], 'It needs a variant with a price.');
  }
  if (problems.list.length > 0) {
    return {
      problems: problems.list.map(({ field, code, message }) => ({
        line,
        field: field.slice(1).join('.'),
        code,
        message,
      })),
    };
  }
  const idOf = (index: number): string => uuidOf(context, line, index);
  return {
    line,
    status,
    product: {
      ...read,
      id: productIds.fromUuid(idOf(-1)),
      categoryId: category?.id ?? null,
      categoryPath: category?.path ?? [],
      // An export has whole addresses, for other shops.
      media: read.media.map((item) => ({ ...item, url: fromMediaAddress(item.url, context.mediaBaseUrl) })),
      variants: read.variants.map((variant, index) => ({ ...variant, id: variantIds.fromUuid(idOf(index)) })),
    },
  };
}

function readCountry(problems: Problems, country: string | null): string | null {
  if (country === null) return null;
  try {
    return scalars.CountryCode.parseValue(country);
  } catch {
    problems.add('INVALID', ['input', 'countryOfOrigin'], 'Use an ISO 3166-1 country code, such as "DE".');
    return null;
  }
}

const toValues = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([code, value]) => ({ code, value }));

const toMoney = (prices: Prices): MoneyInput[] =>
  Object.entries(prices).map(([currency, amount]) => ({ currency, amount }));

/** UUIDv7 in form. In the order of lines and variants, which is the order in which variants are shown. */
function uuidOf({ importId, startedAt }: PlanContext, line: number, index: number): string {
  const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0');
  const time = hex(startedAt.getTime(), 12);
  const place = hex(line, 8);
  const salt = createHash('sha256').update(importId).digest('hex').slice(0, 7);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${place.slice(0, 3)}-8${place.slice(3, 6)}-${place.slice(6)}${hex(index + 1, 3)}${salt}`;
}
