import type { JsonSchema } from '@tributary/gateway';

const REFERENCE = { type: 'string', pattern: '\\$\\{(env|file)\\.' };

/** The same schema for a file as it is written: any value may be a reference in place of what it stands for. */
export function allowReferences(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, ...own } = schema;
  if (properties !== undefined || items !== undefined || typeof additionalProperties === 'object') {
    return {
      ...own,
      ...(properties === undefined ? {} : { properties: mapValues(properties, allowReferences) }),
      ...(items === undefined ? {} : { items: allowReferences(items) }),
      ...(additionalProperties === undefined
        ? {}
        : {
            additionalProperties:
              typeof additionalProperties === 'object'
                ? allowReferences(additionalProperties)
                : additionalProperties,
          }),
    };
  }
  const { description, default: byDefault, ...value } = schema;
  if (value.type === 'string' && value.pattern === undefined && value.enum === undefined) return schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    anyOf: [...(value.anyOf ?? [value]), REFERENCE],
  };
}

const mapValues = (
  object: Readonly<Record<string, JsonSchema>>,
  map: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
