import type { FieldPath, Problems } from './catalog-error.ts';
import type { AttributeValue } from './model.ts';
import { readText } from './read-text.ts';
import { ATTRIBUTE_CODE, ATTRIBUTE_VALUE } from './text-rules.ts';

const MAX_ATTRIBUTES = 50;

/** Each code may be used once. */
export function readAttributes(
  problems: Problems,
  field: FieldPath,
  attributes: readonly AttributeValue[] | null | undefined,
): readonly AttributeValue[] {
  const given = attributes ?? [];
  if (given.length > MAX_ATTRIBUTES) {
    problems.add('LIMIT_EXCEEDED', field, `At most ${MAX_ATTRIBUTES} values are kept here.`);
    return [];
  }
  const codes = new Set<string>();
  return given.map((attribute, index) => {
    const at = [...field, String(index)];
    const code = readText(problems, [...at, 'code'], attribute.code, ATTRIBUTE_CODE);
    if (code !== '' && codes.has(code)) {
      problems.add('INVALID', [...at, 'code'], `There is another value for ${code}.`);
    }
    codes.add(code);
    return { code, value: readText(problems, [...at, 'value'], attribute.value, ATTRIBUTE_VALUE) };
  });
}
