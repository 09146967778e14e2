import type { FieldPath, Problems } from './catalog-error.ts';
import { productIds } from './ids.ts';
import type { AttributeDefinitions } from './attribute-definition.ts';
import type { AttributeValue, KindContent, NewProduct, ProductContent, ProductKind } from './model.ts';
import { readAttributes } from './read-attributes.ts';
import { readKindFields, type KindContentInput } from './read-kind-fields.ts';
import { readMedia, type MediaItemInput } from './read-media.ts';
import { readOptionalText, readText } from './read-text.ts';
import { readVariants, type ProductVariantInput } from './read-variant-input.ts';
import { BRAND, DESCRIPTION, SLUG, TITLE } from './text-rules.ts';

export interface ProductCreateInput extends KindContentInput {
  readonly kind: ProductKind;
  readonly slug: string;
  readonly title: string;
  readonly description?: string | null;
  readonly brand?: string | null;
  readonly categoryId?: string | null;
  readonly attributes?: readonly AttributeValue[] | null;
  readonly media?: readonly MediaItemInput[] | null;
  readonly variants: readonly ProductVariantInput[];
}

export type ProductUpdateInput = {
  readonly [K in 'slug' | 'title' | 'description' | 'brand' | 'categoryId']?: string | null;
} & Pick<ProductCreateInput, 'attributes' | 'media'> &
  KindContentInput;

const INPUT: FieldPath = ['input'];
const NO_KIND_CONTENT: KindContent = {
  shippingClass: null,
  countryOfOrigin: null,
  downloadLimit: null,
  licenseTermDays: null,
};

/** A new product with fresh ids; the category is for the caller to look up. */
export function readProductCreateInput(
  problems: Problems,
  input: ProductCreateInput,
  definitions: AttributeDefinitions,
): Omit<NewProduct, 'categoryId' | 'categoryPath'> {
  return {
    id: productIds.generate(),
    kind: input.kind,
    slug: readText(problems, [...INPUT, 'slug'], input.slug, SLUG),
    title: readText(problems, [...INPUT, 'title'], input.title, TITLE),
    description: readOptionalText(problems, [...INPUT, 'description'], input.description, DESCRIPTION),
    brand: readOptionalText(problems, [...INPUT, 'brand'], input.brand, BRAND),
    attributes: readAttributes(problems, [...INPUT, 'attributes'], input.attributes, definitions),
    media: readMedia(problems, [...INPUT, 'media'], input.media),
    ...NO_KIND_CONTENT,
    ...readKindFields(problems, input.kind, input),
    variants: readVariants(problems, [...INPUT, 'variants'], input.variants, definitions),
  };
}

/** Only the fields that were given. */
export function readProductUpdateInput(
  problems: Problems,
  kind: ProductKind,
  input: ProductUpdateInput,
  definitions: AttributeDefinitions,
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
      attributes: readAttributes(problems, at('attributes'), input.attributes, definitions),
    }),
    ...(input.media !== undefined && { media: readMedia(problems, at('media'), input.media) }),
    ...readKindFields(problems, kind, input),
  };
}

/** The codes of all attributes and options of an input, whose definitions are needed to read it. */
export function codesOf(
  input: Pick<ProductCreateInput, 'attributes'> & Partial<Pick<ProductCreateInput, 'variants'>>,
): readonly string[] {
  const options = (input.variants ?? []).flatMap((variant) => variant.options ?? []);
  return [...new Set([...(input.attributes ?? []), ...options].map(({ code }) => code))];
}
