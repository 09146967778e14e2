import {
  Kind,
  OverlappingFieldsCanBeMergedRule,
  parse,
  print,
  validate,
  visit,
  type ASTNode,
  type GraphQLSchema,
} from 'graphql';

const MAX_ROUNDS = 20;

/**
 * The operation with names of their own for fields that may not share one.
 *
 * @see https://spec.graphql.org/October2021/#sec-Field-Selection-Merging
 */
export function keepNamesApart(schema: GraphQLSchema, query: string): string {
  let document = parse(query, { noLocation: true });
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const conflicts = new Set<ASTNode>(
      validate(schema, document, [OverlappingFieldsCanBeMergedRule]).flatMap(
        ({ nodes }) => nodes?.at(-1) ?? [],
      ),
    );
    if (conflicts.size === 0) break;
    let count = 0;
    document = visit(document, {
      Field: (node) => {
        if (!conflicts.has(node)) return undefined;
        count += 1;
        return { ...node, alias: { kind: Kind.NAME, value: `${node.name.value}_${round}_${count}` } };
      },
    });
  }
  return print(document);
}
