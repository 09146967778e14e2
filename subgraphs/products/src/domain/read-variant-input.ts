import type { AttributeDefinitions } from './attribute-definition.ts';
import type { FieldPath, Problems } from './catalog-error.ts';
import { variantIds } from './ids.ts';
import type { AttributeValue, NewVariant, VariantContent } from './model.ts';
import { optionsKey, readAttributes } from './read-attributes.ts';
import { readPrices, type MoneyInput } from './read-prices.ts';
import { readOptionalText, readText } from './read-text.ts';
import { BARCODE, SKU, TAX_CATEGORY, TITLE } from './text-rules.ts';

/** All of a product's variants are loaded together. */
export const MAX_VARIANTS = 100;
/** What is sellable has to stay a number that every engine adds exactly. */
const MAX_BACKORDERS = 1_000_000;
/** A thousand tonnes. */
const MAX_GRAMS = 1_000_000_000;

export interface ProductVariantInput {
  readonly sku: string;
  readonly title: string;
  readonly options?: readonly AttributeValue[] | null;
  readonly prices: readonly MoneyInput[];
  readonly compareAtPrices?: readonly MoneyInput[] | null;
  readonly taxCategory: string;
  readonly barcode?: string | null;
  readonly weightGrams?: number | null;
  readonly trackInventory: boolean;
  readonly backorderLimit: number;
  readonly lowStockThreshold?: number | null;
  readonly onHand: number;
}

export type ProductVariantUpdateInput = {
  readonly [K in keyof Omit<ProductVariantInput, 'onHand'>]?: ProductVariantInput[K] | null;
};

export function readVariants(
  problems: Problems,
  field: FieldPath,
  inputs: readonly ProductVariantInput[],
  definitions: AttributeDefinitions,
): NewVariant[] {
  if (inputs.length === 0) problems.add('REQUIRED', field, 'A product has at least one variant.');
  if (inputs.length > MAX_VARIANTS) {
    problems.add('LIMIT_EXCEEDED', field, `A product has at most ${MAX_VARIANTS} variants.`);
    return [];
  }
  const skus = new Set<string>();
  const taken = new Set<string>();
  return inputs.map((input, index) => {
    const at = [...field, String(index)];
    const variant = readNewVariant(problems, at, input, definitions);
    const { sku } = variant;
    if (sku !== '' && skus.has(sku)) problems.add('DUPLICATE_SKU', [...at, 'sku'], `${sku} is used twice.`);
    skus.add(sku);
    checkOptions(problems, [...at, 'options'], variant.options, taken);
    const key = optionsKey(variant.options);
    if (key !== undefined) taken.add(key);
    return variant;
  });
}

/** @param taken Of the siblings: see `optionsKey`. */
export function checkOptions(
  problems: Problems,
  field: FieldPath,
  options: readonly AttributeValue[],
  taken: ReadonlySet<string | undefined>,
): void {
  const key = optionsKey(options);
  if (key !== undefined && taken.has(key)) {
    problems.add('INVALID', field, 'Another variant of this product has the same options.');
  }
}

export function readNewVariant(
  problems: Problems,
  at: FieldPath,
  input: ProductVariantInput,
  definitions: AttributeDefinitions,
): NewVariant {
  const sku = readText(problems, [...at, 'sku'], input.sku, SKU);
  if (input.onHand < 0) problems.add('INVALID', [...at, 'onHand'], 'Stock cannot be negative.');
  const title = readText(problems, [...at, 'title'], input.title, TITLE);
  const options = readAttributes(problems, [...at, 'options'], input.options, definitions);
  const prices = readPrices(problems, [...at, 'prices'], input.prices);
  return {
    id: variantIds.generate(),
    sku,
    title,
    options,
    prices,
    compareAtPrices: readPrices(problems, [...at, 'compareAtPrices'], input.compareAtPrices ?? []),
    taxCategory: readText(problems, [...at, 'taxCategory'], input.taxCategory, TAX_CATEGORY),
    barcode: readOptionalText(problems, [...at, 'barcode'], input.barcode, BARCODE),
    weightGrams: readCount(problems, [...at, 'weightGrams'], input.weightGrams, MAX_GRAMS),
    trackInventory: input.trackInventory,
    backorderLimit: readBackorderLimit(problems, [...at, 'backorderLimit'], input.backorderLimit),
    lowStockThreshold: readCount(problems, [...at, 'lowStockThreshold'], input.lowStockThreshold, MAX_GRAMS),
    onHand: input.onHand,
  };
}

/** Only the fields that were given. */
export function readVariantUpdate(
  problems: Problems,
  input: ProductVariantUpdateInput,
  definitions: AttributeDefinitions,
): Partial<VariantContent> {
  const at = (name: string): FieldPath => ['input', name];
  const { sku, title, options, prices, compareAtPrices, taxCategory, barcode } = input;
  const { weightGrams, lowStockThreshold, trackInventory, backorderLimit } = input;
  if (prices === null) problems.add('REQUIRED', at('prices'), 'Give the prices, or leave the field out.');
  if (trackInventory === null)
    problems.add('REQUIRED', at('trackInventory'), 'Say whether it is, or leave the field out.');
  return {
    ...(sku !== undefined && { sku: readText(problems, at('sku'), sku, SKU) }),
    ...(title !== undefined && { title: readText(problems, at('title'), title, TITLE) }),
    ...(options !== undefined && {
      options: readAttributes(problems, at('options'), options, definitions),
    }),
    ...(prices != null && { prices: readPrices(problems, at('prices'), prices) }),
    ...(compareAtPrices !== undefined && {
      compareAtPrices: readPrices(problems, at('compareAtPrices'), compareAtPrices ?? []),
    }),
    ...(taxCategory !== undefined && {
      taxCategory: readText(problems, at('taxCategory'), taxCategory, TAX_CATEGORY),
    }),
    ...(barcode !== undefined && { barcode: readOptionalText(problems, at('barcode'), barcode, BARCODE) }),
    ...(weightGrams !== undefined && {
      weightGrams: readCount(problems, at('weightGrams'), weightGrams, MAX_GRAMS),
    }),
    ...(trackInventory != null && { trackInventory }),
    ...(backorderLimit !== undefined && {
      backorderLimit: readBackorderLimit(problems, at('backorderLimit'), backorderLimit ?? 0),
    }),
    ...(lowStockThreshold !== undefined && {
      lowStockThreshold: readCount(problems, at('lowStockThreshold'), lowStockThreshold, MAX_GRAMS),
    }),
  };
}

const readBackorderLimit = (problems: Problems, field: FieldPath, value: number): number =>
  readCount(problems, field, value, MAX_BACKORDERS) ?? 0;

function readCount(
  problems: Problems,
  field: FieldPath,
  value: number | null | undefined,
  max: number,
): number | null {
  if (value == null) return null;
  if (value < 0 || value > max) problems.add('INVALID', field, `Use a whole number from 0 to ${max}.`);
  return value;
}
