import type { FieldPath, Problems } from './catalog-error.ts';

export interface TextRules {
  /** In UTF-16 code units, after normalisation. */
  readonly maxLength: number;
  /** Lines and tabs are kept. */
  readonly multiline?: boolean;
  readonly pattern?: { readonly test: RegExp; readonly says: string };
}

const LONE_SURROGATE = /\p{Cs}/u;
const CONTROL = /\p{Cc}/u;
const CONTROL_EXCEPT_LINES = /(?![\n\t])\p{Cc}/u;

/** Trimmed and in NFC; '' after a problem was added. */
export function readText(
  problems: Problems,
  field: FieldPath,
  value: string | null | undefined,
  rules: TextRules,
): string {
  const text = readOptionalText(problems, field, value, rules);
  // An invalid text has its own problem already; only an absent one is required.
  if (text === null && (value ?? '').trim() === '')
    problems.add('REQUIRED', field, 'This must not be empty.');
  return text ?? '';
}

/** Like `readText`; null for what is absent, empty or wrong. */
export function readOptionalText(
  problems: Problems,
  field: FieldPath,
  value: string | null | undefined,
  rules: TextRules,
): string | null {
  if (value === null || value === undefined) return null;
  const text = value.replaceAll('\r\n', '\n').trim().normalize('NFC');
  if (text === '') return null;
  // A lone surrogate has no UTF-8 form: the store would keep another text than the caller sent.
  if (LONE_SURROGATE.test(text) || (rules.multiline === true ? CONTROL_EXCEPT_LINES : CONTROL).test(text)) {
    problems.add('INVALID', field, 'This contains characters that cannot be kept.');
    return null;
  }
  if (text.length > rules.maxLength) {
    problems.add('INVALID', field, `This must be at most ${rules.maxLength} characters long.`);
    return null;
  }
  if (rules.pattern !== undefined && !rules.pattern.test.test(text)) {
    problems.add('INVALID', field, rules.pattern.says);
    return null;
  }
  return text;
}
