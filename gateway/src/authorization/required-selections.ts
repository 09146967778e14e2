import { Kind, parse, type ConstValueNode, type FieldDefinitionNode, type SelectionSetNode } from 'graphql';
import { argumentOf, textOf, valuesOf } from '../link/linked-features.ts';

/** What a subgraph is given to resolve a field. */
export interface RequiredSelection {
  /** Selected on the types that set this context; undefined: on the field's own type. */
  readonly context: string | undefined;
  readonly set: SelectionSetNode;
}

/**
 * What subgraphs require to resolve a field: `@requires`, and `@fromContext` on its arguments.
 *
 * @param definition As the supergraph has it.
 */
export const requiredSelections = (
  definition: FieldDefinitionNode | undefined,
): readonly RequiredSelection[] =>
  (definition?.directives ?? []).flatMap((directive) => {
    if (directive.name.value !== 'join__field') return [];
    return [
      ...selectionOf(argumentOf(directive, 'requires'), undefined),
      ...valuesOf(argumentOf(directive, 'contextArguments')).flatMap((value) => {
        const member = (name: string): ConstValueNode | undefined =>
          value.kind === Kind.OBJECT
            ? value.fields.find((field) => field.name.value === name)?.value
            : undefined;
        return selectionOf(member('selection'), textOf(member('context')));
      }),
    ];
  });

/** The fields of `@requires` stand alone, those of a context in braces or fragments. */
function selectionOf(
  value: ConstValueNode | undefined,
  context: string | undefined,
): readonly RequiredSelection[] {
  const text = textOf(value).trim();
  if (text === '') return [];
  const [only] = parse(text.startsWith('{') ? text : `{ ${text} }`, { noLocation: true }).definitions;
  return only?.kind === Kind.OPERATION_DEFINITION ? [{ context, set: only.selectionSet }] : [];
}
