import type { TextRules } from './read-text.ts';

export const SLUG: TextRules = {
  maxLength: 120,
  pattern: {
    test: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
    says: 'Use lower-case letters, digits and single hyphens between them.',
  },
};
export const SKU: TextRules = {
  maxLength: 64,
  pattern: {
    test: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    says: 'Use letters, digits, dots, hyphens and underscores.',
  },
};
export const TITLE: TextRules = { maxLength: 200 };
export const DESCRIPTION: TextRules = { maxLength: 10_000, multiline: true };
export const BRAND: TextRules = { maxLength: 100 };
export const ATTRIBUTE_CODE: TextRules = {
  maxLength: 64,
  pattern: {
    test: /^[a-z][a-z0-9_]*$/,
    says: 'Use lower-case letters, digits and underscores, a letter first.',
  },
};
export const ATTRIBUTE_VALUE: TextRules = { maxLength: 255 };
export const ATTRIBUTE_NAME: TextRules = { maxLength: 100 };
export const ATTRIBUTE_UNIT: TextRules = { maxLength: 20 };
export const TAX_CATEGORY: TextRules = {
  maxLength: 32,
  pattern: {
    test: /^[a-z][a-z0-9_-]*$/,
    says: 'Use lower-case letters, digits, hyphens and underscores, a letter first.',
  },
};
/** What a carrier calls it, e.g. parcel, bulky, dangerous_goods. */
export const SHIPPING_CLASS: TextRules = TAX_CATEGORY;
export const BARCODE: TextRules = {
  maxLength: 32,
  pattern: { test: /^[A-Za-z0-9-]+$/, says: 'Use letters, digits and hyphens.' },
};
export const REFERENCE: TextRules = { maxLength: 100 };
export const MEDIA_ALT: TextRules = { maxLength: 255 };
export const CATEGORY_NAME: TextRules = { maxLength: 100 };
export const REVIEW_TITLE: TextRules = { maxLength: 150 };
export const REVIEW_BODY: TextRules = { maxLength: 5_000, multiline: true };
export const REASON: TextRules = { maxLength: 200 };
