import type { ProductsContext } from '../context.ts';
import type { AttributeDefinitions } from '../domain/attribute-definition.ts';

/** The definitions there are of some codes. */
export async function loadDefinitions(
  codes: readonly string[],
  { loaders }: ProductsContext,
): Promise<AttributeDefinitions> {
  const found = await Promise.all(codes.map((code) => loaders.attribute.load(code)));
  return new Map(found.flatMap((definition) => (definition === null ? [] : [[definition.code, definition]])));
}
