import type { AttributeDefinition } from '../../domain/attribute-definition.ts';
import { toSortKey } from '../../domain/sort-key.ts';
import type { Collections } from './database.ts';
import type { AttributeDefinitionDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';

/** Makes it, or changes all but its type; options are only added, because values in use have to stay valid. */
export async function upsertAttribute(
  collections: Pick<Collections, 'attributeDefinitions'>,
  definition: AttributeDefinition,
): Promise<AttributeDefinition | 'other-type'> {
  const { attributeDefinitions } = collections;
  const { code, type, name, unit, options, filterable } = definition;
  try {
    const stored = await attributeDefinitions.findOneAndUpdate(
      { _id: code, type },
      {
        $set: { name, nameKey: toSortKey(name), unit, filterable },
        $addToSet: { options: { $each: [...options] } },
      },
      { upsert: true, returnDocument: 'after' },
    );
    if (stored !== null) return toAttributeDefinition(stored);
  } catch (error) {
    // The filter found nothing because the type is another one; or two made it at once and one has to try again.
    if (!isDuplicateKey(error)) throw error;
  }
  const existing = await attributeDefinitions.findOne({ _id: code });
  if (existing?.type !== type) return 'other-type';
  return upsertAttribute(collections, definition);
}

export function toAttributeDocument({ code, ...rest }: AttributeDefinition): AttributeDefinitionDocument {
  return { _id: code, nameKey: toSortKey(rest.name), ...rest, options: [...rest.options] };
}

export function toAttributeDefinition({
  _id,
  nameKey: _nameKey,
  ...rest
}: AttributeDefinitionDocument): AttributeDefinition {
  return { code: _id, ...rest };
}
