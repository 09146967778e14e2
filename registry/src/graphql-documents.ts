import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { isTooDeep } from './is-too-deep.ts';

/** The body of a GraphQL request. */
export const GraphqlBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  /** How many are remembered: clients of one kind have few. */
  readonly maxDocuments: number;
}

/** Parses and validates documents, each once. @throws GraphQLError for one that is not valid or beyond a limit. */
export function createDocuments(
  schema: GraphQLSchema,
  { maxTokens, maxDepth, maxDocuments }: DocumentLimits,
): (query: string) => DocumentNode {
  const documents = new LRUCache<string, DocumentNode>({ max: maxDocuments });
  return (query) => {
    const known = documents.get(query);
    if (known !== undefined) return known;
    const document = parse(query, { maxTokens });
    const [error] = isTooDeep(document, maxDepth)
      ? [new GraphQLError(`Fields are nested deeper than ${maxDepth}.`)]
      : validate(schema, document);
    if (error !== undefined) throw error;
    documents.set(query, document);
    return document;
  };
}
