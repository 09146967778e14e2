/**
 * Checks a plan before it is used: a field with `@requires` is answered from what the gateway sends along, so it has
 * to stand at the top of a fetch of entities. The planner forgets that for a field that is itself required: its
 * subgraph would answer from nothing, and nobody would notice.
 */
import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../execution/collect-fields.ts';
import { onlyOperation } from '../execution/only-operation.ts';

/** A field as a subgraph defines it. */
export interface SubgraphField {
  /** Name of the type without lists and non-null. */
  readonly type: string;
  readonly hasRequirement: boolean;
  /** Whether its subgraph knows more below it than elsewhere (`@provides`), perhaps what is required. */
  readonly provides: boolean;
}

export type FindSubgraphField = (subgraph: string, type: string, field: string) => SubgraphField | undefined;

/** @returns `Type.field (subgraph)` of the first such field. */
export function findUnmetRequirement(
  plan: PlanNode | SubscriptionNode,
  rootTypeOf: (operationKind: string) => string,
  findField: FindSubgraphField,
): string | undefined {
  switch (plan.kind) {
    case 'Sequence':
    case 'Parallel':
      for (const node of plan.nodes) {
        const found = findUnmetRequirement(node, rootTypeOf, findField);
        if (found !== undefined) return found;
      }
      return undefined;
    case 'Flatten':
      return findUnmetRequirement(plan.node, rootTypeOf, findField);
    case 'Fetch':
      break;
    default:
      return undefined;
  }
  const { serviceName: subgraph } = plan;
  const document = parse(plan.operation, { noLocation: true });
  const fragments = fragmentsOf(document);
  const check = (type: string, { selections }: SelectionSetNode, isTop: boolean): string | undefined => {
    for (const selection of selections) {
      let found: string | undefined;
      if (selection.kind === Kind.FIELD) {
        const field = findField(subgraph, type, selection.name.value);
        if (field?.hasRequirement === true && !isTop) return `${type}.${selection.name.value} (${subgraph})`;
        if (selection.name.value === '_entities' && selection.selectionSet !== undefined)
          found = check('_Entity', selection.selectionSet, true);
        else if (field !== undefined && !field.provides && selection.selectionSet !== undefined)
          found = check(field.type, selection.selectionSet, false);
      } else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment !== undefined)
          found = check(fragment.typeCondition?.name.value ?? type, fragment.selectionSet, isTop);
      }
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return check(rootTypeOf(plan.operationKind), onlyOperation(document).selectionSet, false);
}
