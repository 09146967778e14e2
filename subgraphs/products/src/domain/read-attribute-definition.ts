import type { AttributeDefinition, AttributeType } from './attribute-definition.ts';
import type { Problems } from './catalog-error.ts';
import { readOptionalText, readText } from './read-text.ts';
import { ATTRIBUTE_CODE, ATTRIBUTE_NAME, ATTRIBUTE_UNIT, ATTRIBUTE_VALUE } from './text-rules.ts';

const MAX_OPTIONS = 200;

export interface AttributeDefinitionInput {
  readonly code: string;
  readonly name: string;
  readonly type: AttributeType;
  readonly unit?: string | null;
  readonly options?: readonly string[] | null;
  readonly filterable: boolean;
}

export function readAttributeDefinition(
  problems: Problems,
  input: AttributeDefinitionInput,
): AttributeDefinition {
  const at = (name: string): string[] => ['input', name];
  const given = input.options ?? [];
  if (given.length > MAX_OPTIONS) {
    problems.add('LIMIT_EXCEEDED', at('options'), `An attribute has at most ${MAX_OPTIONS} options.`);
  } else if (input.type === 'OPTION' && given.length === 0) {
    problems.add('REQUIRED', at('options'), 'An OPTION needs the values to choose from.');
  } else if (input.type !== 'OPTION' && given.length > 0) {
    problems.add('INVALID', at('options'), 'Only an OPTION has options.');
  }
  if (input.unit != null && input.type !== 'NUMBER') {
    problems.add('INVALID', at('unit'), 'Only a NUMBER has a unit.');
  }
  const options = given
    .slice(0, MAX_OPTIONS)
    .map((option, index) => readText(problems, [...at('options'), String(index)], option, ATTRIBUTE_VALUE));
  return {
    code: readText(problems, at('code'), input.code, ATTRIBUTE_CODE),
    name: readText(problems, at('name'), input.name, ATTRIBUTE_NAME),
    type: input.type,
    unit: readOptionalText(problems, at('unit'), input.unit, ATTRIBUTE_UNIT),
    options: [...new Set(options)],
    filterable: input.filterable,
  };
}
