import { Kind, parse } from 'graphql';

const SCHEMA_FIELDS = new Set(['_service', '__schema', '__type', '__typename']);

/**
 * Whether a request body asks only about the schema: every root field of every operation is introspection
 * or federation's `_service`. Root fragments count as "no": nobody introspects through one.
 */
export function isSchemaQuery(body: unknown): boolean {
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  if (typeof query !== 'string') return false;
  try {
    const operations = parse(query).definitions.filter(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    return (
      operations.length > 0 &&
      operations.every(({ selectionSet }) =>
        selectionSet.selections.every(
          (selection) => selection.kind === Kind.FIELD && SCHEMA_FIELDS.has(selection.name.value),
        ),
      )
    );
  } catch {
    return false;
  }
}
