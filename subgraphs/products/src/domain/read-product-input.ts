import type { FieldPath, Problems } from './catalog-error.ts';
import { productIds, variantIds } from './ids.ts';
import type { NewProduct, NewVariant, ProductContent, ProductKind } from './model.ts';
import { readAttributes } from './read-attributes.ts';
import { readMedia, type MediaItemInput } from './read-media.ts';
import { readPrices, type MoneyInput } from './read-prices.ts';
import { readOptionalText, readText } from './read-text.ts';
import { BRAND, DESCRIPTION, SKU, SLUG, TITLE } from './text-rules.ts';

const MAX_VARIANTS = 100;
/** GraphQL Int: what a stock level can report. */
export const MAX_QUANTITY = 2_147_483_647;

interface AttributeValueInput {
  readonly code: string;
  readonly value: string;
}

export interface ProductVariantInput {
  readonly sku: string;
  readonly title: string;
  readonly options?: readonly AttributeValueInput[] | null;
  readonly prices: readonly MoneyInput[];
  readonly onHand: number;
}

export interface ProductCreateInput {
  readonly kind: ProductKind;
  readonly slug: string;
  readonly title: string;
  readonly description?: string | null;
  readonly brand?: string | null;
  readonly categoryId?: string | null;
  readonly attributes?: readonly AttributeValueInput[] | null;
  readonly media?: readonly MediaItemInput[] | null;
  readonly downloadLimit?: number | null;
  readonly variants: readonly ProductVariantInput[];
}

export type ProductUpdateInput = {
  readonly [K in 'slug' | 'title' | 'description' | 'brand' | 'categoryId']?: string | null;
} & Pick<ProductCreateInput, 'attributes' | 'media'>;

const INPUT: FieldPath = ['input'];

/** A new product with fresh ids; the category is for the caller to look up. */
export function readProductCreateInput(
  problems: Problems,
  input: ProductCreateInput,
): Omit<NewProduct, 'categoryId' | 'categoryPath'> {
  return {
    id: productIds.generate(),
    kind: input.kind,
    slug: readText(problems, [...INPUT, 'slug'], input.slug, SLUG),
    title: readText(problems, [...INPUT, 'title'], input.title, TITLE),
    description: readOptionalText(problems, [...INPUT, 'description'], input.description, DESCRIPTION),
    brand: readOptionalText(problems, [...INPUT, 'brand'], input.brand, BRAND),
    attributes: readAttributes(problems, [...INPUT, 'attributes'], input.attributes),
    media: readMedia(problems, [...INPUT, 'media'], input.media),
    downloadLimit: readDownloadLimit(problems, input),
    variants: readVariants(problems, [...INPUT, 'variants'], input.variants),
  };
}

/** Only the fields that were given. */
export function readProductUpdateInput(
  problems: Problems,
  input: ProductUpdateInput,
): Partial<Omit<ProductContent, 'categoryId' | 'categoryPath'>> {
  const at = (name: string): FieldPath => [...INPUT, name];
  return {
    ...(input.slug !== undefined && { slug: readText(problems, at('slug'), input.slug, SLUG) }),
    ...(input.title !== undefined && { title: readText(problems, at('title'), input.title, TITLE) }),
    ...(input.description !== undefined && {
      description: readOptionalText(problems, at('description'), input.description, DESCRIPTION),
    }),
    ...(input.brand !== undefined && { brand: readOptionalText(problems, at('brand'), input.brand, BRAND) }),
    ...(input.attributes !== undefined && {
      attributes: readAttributes(problems, at('attributes'), input.attributes),
    }),
    ...(input.media !== undefined && { media: readMedia(problems, at('media'), input.media) }),
  };
}

function readDownloadLimit(
  problems: Problems,
  { kind, downloadLimit = null }: ProductCreateInput,
): number | null {
  if (downloadLimit === null) return null;
  const field = [...INPUT, 'downloadLimit'];
  if (kind !== 'DIGITAL') problems.add('INVALID', field, 'Only digital products are downloaded.');
  else if (downloadLimit < 1) problems.add('INVALID', field, 'Allow at least one download, or leave it out.');
  return downloadLimit;
}

function readVariants(
  problems: Problems,
  field: FieldPath,
  inputs: readonly ProductVariantInput[],
): NewVariant[] {
  if (inputs.length === 0) problems.add('REQUIRED', field, 'A product has at least one variant.');
  if (inputs.length > MAX_VARIANTS) {
    problems.add('LIMIT_EXCEEDED', field, `A product has at most ${MAX_VARIANTS} variants.`);
    return [];
  }
  const skus = new Set<string>();
  return inputs.map((input, index) => {
    const at = [...field, String(index)];
    const sku = readText(problems, [...at, 'sku'], input.sku, SKU);
    if (sku !== '' && skus.has(sku)) problems.add('DUPLICATE_SKU', [...at, 'sku'], `${sku} is used twice.`);
    skus.add(sku);
    if (input.onHand < 0) problems.add('INVALID', [...at, 'onHand'], 'Stock cannot be negative.');
    return {
      id: variantIds.generate(),
      sku,
      title: readText(problems, [...at, 'title'], input.title, TITLE),
      options: readAttributes(problems, [...at, 'options'], input.options),
      prices: readPrices(problems, [...at, 'prices'], input.prices),
      onHand: input.onHand,
    };
  });
}
