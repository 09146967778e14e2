import * as z from 'zod';

const Values = z.record(z.string(), z.string()).default({});
const Prices = z.record(z.string(), z.number()).default({});
const text = z.string().nullable().default(null);
const count = z.int().nullable().default(null);

/** One product as it stands in a file. What is wrong with the values the catalogue's own rules say. */
export const CatalogueRecord = z.strictObject({
  slug: z.string(),
  kind: z.enum(['PHYSICAL', 'DIGITAL']).default('PHYSICAL'),
  status: z.enum(['DRAFT', 'ACTIVE', 'ARCHIVED']).default('DRAFT'),
  title: z.string(),
  description: text,
  brand: text,
  /** Slug. */
  category: text,
  shippingClass: text,
  countryOfOrigin: text,
  downloadLimit: count,
  licenseTermDays: count,
  attributes: Values,
  media: z.array(z.strictObject({ url: z.string(), alt: text, width: count, height: count })).default([]),
  variants: z.array(
    z.strictObject({
      sku: z.string(),
      title: z.string(),
      options: Values,
      /** Minor units by currency. */
      prices: Prices,
      compareAtPrices: Prices,
      taxCategory: z.string().default('standard'),
      barcode: text,
      weightGrams: count,
      trackInventory: z.boolean().default(true),
      backorderLimit: z.int().default(0),
      lowStockThreshold: count,
      /** Stock to begin with; a variant that is there keeps its own. */
      onHand: z.int().default(0),
    }),
  ),
});
export type CatalogueRecord = z.infer<typeof CatalogueRecord>;
export type CatalogueVariant = CatalogueRecord['variants'][number];

export interface LineProblem {
  /** Where the product begins in the file, from 1. */
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export type ReadRecord =
  | { readonly line: number; readonly record: CatalogueRecord }
  | { readonly line: number; readonly problems: readonly LineProblem[] };

/** @param value What JSON.parse made of a line, or the columns of its rows. */
export function parseRecord(line: number, value: unknown): ReadRecord {
  const parsed = CatalogueRecord.safeParse(value);
  if (parsed.success) return { line, record: parsed.data };
  return {
    line,
    problems: parsed.error.issues.map(({ path, message }) => ({
      line,
      field: path.join('.'),
      code: 'INVALID',
      message,
    })),
  };
}
