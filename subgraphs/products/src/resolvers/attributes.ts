import type { ProductsContext } from '../context.ts';
import type { AttributeDefinition } from '../domain/attribute-definition.ts';
import type { AttributeValue } from '../domain/model.ts';

export const attributeDefinitionResolvers = {
  __resolveReference: ({ code }: { code: string }, { loaders }: ProductsContext) =>
    loaders.attribute.load(code),
  options: ({ type, options }: AttributeDefinition) => (type === 'OPTION' ? options : null),
};

export const attributeValueResolvers = {
  definition: ({ code }: AttributeValue, _: unknown, { loaders }: ProductsContext) =>
    loaders.attribute.load(code),
  number: async ({ code, value }: AttributeValue, _: unknown, { loaders }: ProductsContext) =>
    (await loaders.attribute.load(code))?.type === 'NUMBER' ? Number(value) : null,
};
