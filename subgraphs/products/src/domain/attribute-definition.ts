export type AttributeType = 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'OPTION' | 'DATE';

/** What values of one code mean, for products and for variants. It is never deleted and its type never changes. */
export interface AttributeDefinition {
  readonly code: string;
  readonly name: string;
  readonly type: AttributeType;
  readonly unit: string | null;
  /** Of an OPTION, in the order in which they are shown. They are only ever added to. */
  readonly options: readonly string[];
  /** Lists can be narrowed by it and count its values. */
  readonly filterable: boolean;
}

/** By code. */
export type AttributeDefinitions = ReadonlyMap<string, AttributeDefinition>;

const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The one form in which equal values are equal texts; or, under `problem`, why it is no value. */
export function canonicalValue(
  { type, options }: AttributeDefinition,
  value: string,
): { readonly value: string } | { readonly problem: string } {
  switch (type) {
    case 'TEXT':
      return { value };
    case 'NUMBER':
      return NUMBER.test(value)
        ? { value: String(Number(value)) }
        : { problem: 'Use a decimal number, for example 12.5.' };
    case 'BOOLEAN':
      return value === 'true' || value === 'false' ? { value } : { problem: 'Use "true" or "false".' };
    case 'OPTION':
      return options.includes(value) ? { value } : { problem: `Use one of: ${options.join(', ')}.` };
    case 'DATE': {
      const date = new Date(DATE.test(value) ? `${value}T00:00:00Z` : Number.NaN);
      // A day that does not exist rolls over to another one.
      return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
        ? { value }
        : { problem: 'Use a day as YYYY-MM-DD.' };
    }
    default:
      return type satisfies never;
  }
}
