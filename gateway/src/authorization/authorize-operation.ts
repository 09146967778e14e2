import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../execution/collect-fields.ts';
import { onlyOperation } from '../execution/only-operation.ts';
import { isMet, type AnyOf, type AuthorizationRules, type Permission } from './authorization-rules.ts';

/** A field that the caller may not see. */
export interface UnauthorizedField {
  /** Response names from the root, without list indices. */
  readonly path: readonly string[];
}

export interface AuthorizedOperation {
  /** What is left of it; undefined: nothing. */
  readonly document: DocumentNode | undefined;
  readonly unauthorized: readonly UnauthorizedField[];
}

const INTROSPECTION_TYPES: ReadonlyMap<string, string> = new Map([
  ['__schema', '__Schema'],
  ['__type', '__Type'],
]);

/** Fragments that are spread everywhere put one field at very many places. */
const MAX_PATHS = 100;

/**
 * An operation without what its caller may not see: it is planned that way, so that nothing of it is ever asked of
 * a subgraph. A field of which nothing is left goes too.
 *
 * @param document One operation with the fragments it uses, valid, without conditions.
 * @param granted The permissions of the caller.
 */
export function authorizeOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: AuthorizationRules,
  granted: ReadonlySet<Permission>,
): AuthorizedOperation {
  const isOpen = (asked: readonly AnyOf[] | undefined): boolean => isMet(asked, granted);
  const fragments = fragmentsOf(document);
  const filtered = new Map<SelectionSetNode, SelectionSetNode | undefined>();

  /** @returns undefined when nothing is left. */
  function filter(set: SelectionSetNode, type: GraphQLNamedType): SelectionSetNode | undefined {
    if (filtered.has(set)) return filtered.get(set);
    const selections = set.selections.flatMap((selection) => filterSelection(selection, type));
    const unchanged =
      selections.length === set.selections.length &&
      selections.every((each, index) => each === set.selections[index]);
    const left = unchanged ? set : selections.length === 0 ? undefined : { ...set, selections };
    filtered.set(set, left);
    return left;
  }

  function filterSelection(selection: SelectionNode, type: GraphQLNamedType): readonly SelectionNode[] {
    if (selection.kind === Kind.FIELD) {
      if (!maySelect(selection, type)) return [];
      if (selection.selectionSet === undefined) return [selection];
      return rebuilt(selection, filter(selection.selectionSet, typeOfField(selection, type)));
    }
    const inner = fragmentOf(selection, type);
    if (!isOpen(rules.ofType(inner.type.name))) return [];
    const set = filter(inner.set, inner.type);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return set === undefined ? [] : [selection];
    return rebuilt(selection, set);
  }

  const maySelect = (field: FieldNode, type: GraphQLNamedType): boolean =>
    field.name.value.startsWith('__') || isOpen(rules.ofField(type.name, field.name.value));

  function typeOfField({ name }: FieldNode, type: GraphQLNamedType): GraphQLNamedType {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
    const returned = field === undefined ? '' : getNamedType(field.type).name;
    const found = schema.getType(INTROSPECTION_TYPES.get(name.value) ?? returned);
    if (found === undefined) throw new TypeError(`no field ${type.name}.${name.value}`);
    return found;
  }

  function fragmentOf(
    selection: Exclude<SelectionNode, FieldNode>,
    type: GraphQLNamedType,
  ): { readonly set: SelectionSetNode; readonly type: GraphQLNamedType } {
    const { selectionSet, typeCondition } =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : definitionOf(selection.name.value);
    const on = typeCondition === undefined ? type : schema.getType(typeCondition.name.value);
    return { set: selectionSet, type: on ?? type };
  }

  function definitionOf(name: string): FragmentDefinitionNode {
    const definition = fragments.get(name);
    if (definition === undefined) throw new TypeError(`no fragment ${name}`);
    return definition;
  }

  const unauthorized = new Map<string, UnauthorizedField>();
  /** @param refused What is below is refused by the type of a fragment around it. */
  function findPaths(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    path: readonly string[],
    refused: boolean,
  ): void {
    if (unauthorized.size >= MAX_PATHS || (!refused && filtered.get(set) === set && !losesInFragments(set)))
      return;
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const inner = fragmentOf(selection, type);
        findPaths(inner.set, inner.type, path, refused || !isOpen(rules.ofType(inner.type.name)));
        continue;
      }
      const at = [...path, selection.alias?.value ?? selection.name.value];
      if (refused || !maySelect(selection, type)) {
        if (unauthorized.size < MAX_PATHS) unauthorized.set(at.join('.'), { path: at });
      } else if (selection.selectionSet !== undefined) {
        findPaths(selection.selectionSet, typeOfField(selection, type), at, false);
      }
    }
  }
  /** A spread stays the same when what it spreads has lost something. */
  const losing = new Map<SelectionSetNode, boolean>();
  function losesInFragments(set: SelectionSetNode): boolean {
    let loses = losing.get(set);
    if (loses === undefined) {
      loses = set.selections.some((selection) => {
        const inner =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? definitionOf(selection.name.value).selectionSet
            : selection.selectionSet;
        return inner !== undefined && (filtered.get(inner) !== inner || losesInFragments(inner));
      });
      losing.set(set, loses);
    }
    return loses;
  }

  const operation = onlyOperation(document);
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) throw new TypeError(`no root type for ${operation.operation}`);
  const refused = !isOpen(rules.ofType(root.name));
  const selectionSet = refused ? undefined : filter(operation.selectionSet, root);
  findPaths(operation.selectionSet, root, [], refused);
  if (unauthorized.size === 0) return { document, unauthorized: [] };
  return {
    document:
      selectionSet === undefined
        ? undefined
        : {
            ...document,
            definitions: [
              ...rebuilt(operation, selectionSet),
              ...[...fragments.values()].flatMap((each) => rebuilt(each, filtered.get(each.selectionSet))),
            ],
          },
    unauthorized: [...unauthorized.values()],
  };
}

/** The node with what is left of its selections; nothing when nothing is left. */
function rebuilt<T extends { readonly selectionSet?: SelectionSetNode | undefined }>(
  node: T,
  set: SelectionSetNode | undefined,
): readonly T[] {
  if (set === undefined) return [];
  return [set === node.selectionSet ? node : { ...node, selectionSet: set }];
}
