import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Condition, ConditionValues } from './protocol.ts';

/** The variables that @skip and @include use, in the order in which they are declared. */
export function findConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly Condition[] {
  const used = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value = isCondition(directive) ? directive.arguments?.[0]?.value : undefined;
      if (value?.kind === Kind.VARIABLE) used.add(value.name.value);
    },
  });
  return (operation.variableDefinitions ?? [])
    .filter(({ variable }) => used.has(variable.name.value))
    .map(({ variable, defaultValue }) => ({
      variable: variable.name.value,
      byDefault: defaultValue?.kind === Kind.BOOLEAN && defaultValue.value,
    }));
}

/**
 * The operation as it is under these values of its conditions: without what is left out, and without conditions.
 * The planner never sees one. It loses some of them when the fetch around them has a condition of its own, moves
 * others in front of more than they are about, and asks for what only a field that is left out requires.
 *
 * @see https://spec.graphql.org/October2021/#sec--skip
 */
export function resolveConditions(document: DocumentNode, values: ConditionValues): DocumentNode {
  const decide = (directive: DirectiveNode): boolean => {
    const value = directive.arguments?.[0]?.value;
    const given =
      value?.kind === Kind.VARIABLE
        ? values.get(value.name.value) === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return given === (directive.name.value === 'include');
  };
  return visit(document, {
    SelectionSet: (set): SelectionSetNode => {
      const kept = set.selections.filter(({ directives = [] }) =>
        directives.filter(isCondition).every(decide),
      );
      return kept.length === set.selections.length
        ? set
        : { ...set, selections: kept.length === 0 ? [NOTHING] : kept };
    },
    Directive: (directive) => (isCondition(directive) && directive !== NEVER ? null : undefined),
  });
}

/** Stands where nothing is left to select: the object is fetched, for there has to be one, and answered as `{}`. */
const NEVER: DirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'skip' },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'if' },
      value: { kind: Kind.BOOLEAN, value: true },
    },
  ],
};
const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
  directives: [NEVER],
};

/** The operation for the planner: it has to select something of every object. */
export const withoutNever = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: (directive) => (isCondition(directive) ? null : undefined) });

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';
