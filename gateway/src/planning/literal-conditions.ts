import { Kind, visit, type DirectiveNode, type DocumentNode, type SelectionSetNode } from 'graphql';

/**
 * The operation without `@skip` and `@include` that do not depend on a variable: the planner loses some of them when
 * the fetch around them has a condition of its own, and then asks for what the client left out.
 */
export function resolveLiteralConditions(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set): SelectionSetNode | undefined => {
      const kept = set.selections.filter(({ directives = [] }) => !directives.some(isNever));
      // Nothing would be left to select: what is there stays, and is left out when it is run.
      if (kept.length === 0 || kept.length === set.selections.length) return undefined;
      return { ...set, selections: kept };
    },
    Directive: (directive) => (isAlways(directive) ? null : undefined),
  });
}

const literalOf = ({ name, arguments: args }: DirectiveNode): boolean | undefined => {
  const value = args?.[0]?.value;
  if (value?.kind !== Kind.BOOLEAN) return undefined;
  if (name.value === 'include') return value.value;
  return name.value === 'skip' ? !value.value : undefined;
};

const isNever = (directive: DirectiveNode): boolean => literalOf(directive) === false;
const isAlways = (directive: DirectiveNode): boolean => literalOf(directive) === true;
