import type { DocumentNode, FieldDefinitionNode, Location } from 'graphql';

/**
 * Where the schema coordinates that a message quotes ("Money", "Money.amount") stand in a contract.
 * For composition errors that come without nodes.
 *
 * @see https://spec.graphql.org/draft/#sec-Schema-Coordinates
 */
export function locateCoordinates(message: string, document: DocumentNode): Location[] {
  const quoted = [...message.matchAll(/"([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?(?:\([^"]*\))?"/g)];
  const locations = quoted.flatMap(([, type, field]) => locate(type ?? '', field, document));
  return [...new Map(locations.map((location) => [location.start, location])).values()];
}

function locate(type: string, field: string | undefined, document: DocumentNode): Location[] {
  return document.definitions.flatMap((definition) => {
    if (!('name' in definition) || definition.name.value !== type) return [];
    const fields =
      'fields' in definition ? ((definition.fields ?? []) as readonly FieldDefinitionNode[]) : [];
    const node = field === undefined ? definition : fields.find(({ name }) => name.value === field);
    return node?.loc === undefined ? [] : [node.loc];
  });
}
