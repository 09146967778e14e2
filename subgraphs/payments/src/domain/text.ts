import { inputError, type InputError } from './user-error.ts';

/** Control characters (PostgreSQL refuses U+0000) and halves of surrogate pairs, which are no text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text);

/**
 * Trims and normalises (NFC) what a person typed; a blank text is the same as none.
 *
 * @param errors Receives what is wrong with it; the result is then meaningless.
 */
export function readText(
  value: string | null | undefined,
  rules: { readonly field: readonly string[]; readonly maxLength: number; readonly required: boolean },
  errors: InputError[],
): string | null {
  const text = (value ?? '').trim().normalize('NFC');
  if (text === '') {
    if (rules.required) errors.push(inputError('REQUIRED', rules.field, 'This is required.'));
    return null;
  }
  if (text.length > rules.maxLength) {
    errors.push(inputError('INVALID', rules.field, `This may have at most ${rules.maxLength} characters.`));
  } else if (!isPrintable(text)) {
    errors.push(inputError('INVALID', rules.field, 'This contains characters that cannot be printed.'));
  }
  return text;
}
