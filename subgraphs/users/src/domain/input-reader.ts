import { toLocale } from './locale.ts';
import { toE164 } from './phone-number.ts';
import { readText } from './text.ts';
import { accountInputError, type AccountInputError } from './user-errors.ts';
import { toWebAddress } from './web-address.ts';

type Given = string | null | undefined;

/**
 * Reads the fields of one `input` argument and collects what is wrong with them, so that a person
 * sees every problem at once. What a reader answers for a field with a problem is meaningless:
 * look at `problems` before using any of it.
 */
export interface InputReader {
  readonly problems: readonly AccountInputError[];
  requiredText(name: string, value: Given, maxLength: number): string;
  /** Null when absent or blank. */
  optionalText(name: string, value: Given, maxLength: number): string | null;
  optionalPhone(name: string, value: Given): string | null;
  optionalWebAddress(name: string, value: Given): string | null;
  requiredLocale(name: string, value: Given): string;
  refuse(name: string, message: string): void;
}

export function createInputReader(): InputReader {
  const problems: AccountInputError[] = [];
  const refuse = (name: string, message: string): void => {
    problems.push(accountInputError('INVALID', ['input', name], message));
  };
  const require = (name: string): void => {
    problems.push(accountInputError('REQUIRED', ['input', name], 'Fill this in.'));
  };
  const optionalText = (name: string, value: Given, maxLength: number): string | null => {
    const text = readText(value ?? '', maxLength);
    if (text.kind === 'text') return text.value;
    if (text.kind === 'too-long') refuse(name, `Use at most ${maxLength} characters.`);
    if (text.kind === 'forbidden-character')
      refuse(name, 'Leave out line breaks and invisible control characters.');
    return null;
  };
  const converted = (
    name: string,
    value: Given,
    convert: (raw: string) => string | undefined,
    message: string,
  ): string | null => {
    if (value === null || value === undefined || value.trim() === '') return null;
    const result = convert(value.trim());
    if (result === undefined) refuse(name, message);
    return result ?? null;
  };
  return {
    problems,
    refuse,
    optionalText,
    requiredText: (name, value, maxLength) => {
      const before = problems.length;
      const text = optionalText(name, value, maxLength);
      if (text === null && problems.length === before) require(name);
      return text ?? '';
    },
    optionalPhone: (name, value) =>
      converted(name, value, toE164, 'Write the number with its country code, such as +49 30 901820.'),
    optionalWebAddress: (name, value) =>
      converted(name, value, toWebAddress, 'Use an http:// or https:// address without a user name.'),
    requiredLocale: (name, value) => {
      const before = problems.length;
      const locale = converted(name, value, toLocale, 'Use a BCP 47 language tag, such as en or de-CH.');
      if (locale === null && problems.length === before) require(name);
      return locale ?? '';
    },
  };
}
