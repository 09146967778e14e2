import { requireScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import type { AttributeDefinition } from '../domain/attribute-definition.ts';
import { catalogError, collectProblems, type CatalogInputError } from '../domain/catalog-error.ts';
import {
  readAttributeDefinition,
  type AttributeDefinitionInput,
} from '../domain/read-attribute-definition.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';
import type { ResolverDeps } from './deps.ts';

interface AttributeDefinitionPayload {
  readonly attributeDefinition: AttributeDefinition | null;
  readonly userErrors: readonly CatalogInputError[];
}

export function createAttributeMutations({ store }: ResolverDeps) {
  return {
    attributeDefinitionUpsert: async (
      _: unknown,
      { input }: { input: AttributeDefinitionInput },
      { viewer, forgetLoaded }: ProductsContext,
    ): Promise<AttributeDefinitionPayload> => {
      requireScope(viewer, CATALOG_WRITE);
      const problems = collectProblems();
      const definition = readAttributeDefinition(problems, input);
      if (problems.list.length > 0) return { attributeDefinition: null, userErrors: problems.list };
      const outcome = await store.catalog.upsertAttribute(definition);
      forgetLoaded();
      if (outcome !== 'other-type') return { attributeDefinition: outcome, userErrors: [] };
      const message = 'It has another type, which cannot change: values in use would lose their meaning.';
      return {
        attributeDefinition: null,
        userErrors: [catalogError('INVALID', ['input', 'type'], message)],
      };
    },
  };
}
