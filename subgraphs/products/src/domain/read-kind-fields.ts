import type { Problems } from './catalog-error.ts';
import type { KindContent, ProductKind } from './model.ts';
import { readOptionalText } from './read-text.ts';
import { SHIPPING_CLASS } from './text-rules.ts';

export type KindContentInput = { readonly [K in keyof KindContent]?: KindContent[K] };

const KIND_OF: Readonly<Record<keyof KindContent, ProductKind>> = {
  shippingClass: 'PHYSICAL',
  countryOfOrigin: 'PHYSICAL',
  downloadLimit: 'DIGITAL',
  licenseTermDays: 'DIGITAL',
};
const FIELDS = Object.keys(KIND_OF) as (keyof KindContent)[];
/** A thousand years. */
const MAX_DAYS = 365_000;
const MAX_DOWNLOADS = 1_000_000;

/** Of what only one kind of product has, the fields that were given. */
export function readKindFields(
  problems: Problems,
  kind: ProductKind,
  input: KindContentInput,
): Partial<KindContent> {
  for (const field of FIELDS) {
    if (input[field] == null || KIND_OF[field] === kind) continue;
    problems.add('INVALID', ['input', field], `Only a product of kind ${KIND_OF[field]} has this.`);
  }
  const { shippingClass, countryOfOrigin, downloadLimit, licenseTermDays } = input;
  return {
    ...(shippingClass !== undefined && {
      shippingClass: readOptionalText(problems, ['input', 'shippingClass'], shippingClass, SHIPPING_CLASS),
    }),
    ...(countryOfOrigin !== undefined && { countryOfOrigin }),
    ...(downloadLimit !== undefined && {
      downloadLimit: readFromOne(problems, 'downloadLimit', downloadLimit, MAX_DOWNLOADS),
    }),
    ...(licenseTermDays !== undefined && {
      licenseTermDays: readFromOne(problems, 'licenseTermDays', licenseTermDays, MAX_DAYS),
    }),
  };
}

function readFromOne(
  problems: Problems,
  field: keyof KindContent,
  value: number | null,
  max: number,
): number | null {
  if (value !== null && (value < 1 || value > max))
    problems.add('INVALID', ['input', field], `Use a whole number from 1 to ${max}, or leave it out.`);
  return value;
}
