import { canonicalValue, type AttributeDefinitions } from './attribute-definition.ts';
import type { FieldPath, Problems } from './catalog-error.ts';
import type { AttributeValue } from './model.ts';
import { readText } from './read-text.ts';
import { ATTRIBUTE_CODE, ATTRIBUTE_VALUE } from './text-rules.ts';

const MAX_ATTRIBUTES = 50;

/**
 * Each code may be used once, and its value has to be one of its definition.
 *
 * @param definitions At least those of the codes that are given.
 */
export function readAttributes(
  problems: Problems,
  field: FieldPath,
  attributes: readonly AttributeValue[] | null | undefined,
  definitions: AttributeDefinitions,
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
    const text = readText(problems, [...at, 'value'], attribute.value, ATTRIBUTE_VALUE);
    const definition = definitions.get(code);
    if (code === '' || text === '') return { code, value: text };
    if (definition === undefined) {
      problems.add('NOT_FOUND', [...at, 'code'], `${code} is not defined: see attributeDefinitionUpsert.`);
      return { code, value: text };
    }
    const canonical = canonicalValue(definition, text);
    if ('value' in canonical) return { code, value: canonical.value };
    problems.add('INVALID', [...at, 'value'], canonical.problem);
    return { code, value: text };
  });
}

/** What tells one variant from its siblings, in a form that can be compared; undefined without options. */
export function optionsKey(options: readonly AttributeValue[]): string | undefined {
  if (options.length === 0) return undefined;
  return JSON.stringify(options.map(({ code, value }) => [code, value]).sort());
}
