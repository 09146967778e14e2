import type { FetchNode, PlanNode, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type SelectionNode,
} from 'graphql';
import type { SeparatedArguments } from './required-arguments.ts';

/**
 * Translates a plan over stand-ins into one over the real fields: fetched under the stand-in's name as alias,
 * sent on under the field's own. A fetch that would need two values under one name is split.
 */
export function restoreRequiredArguments<T extends PlanNode | SubscriptionNode>(
  node: T,
  separated: SeparatedArguments,
): T | PlanNode {
  if (separated.standIns.size === 0) return node;
  const restore = (child: PlanNode): PlanNode => {
    switch (child.kind) {
      case 'Sequence':
      case 'Parallel':
        return { ...child, nodes: child.nodes.map(restore) };
      case 'Flatten':
        return { ...child, node: restore(child.node) };
      case 'Condition':
        return {
          ...child,
          ...(child.ifClause === undefined ? {} : { ifClause: restore(child.ifClause) }),
          ...(child.elseClause === undefined ? {} : { elseClause: restore(child.elseClause) }),
        };
      case 'Fetch': {
        const fetches = split(child, separated);
        const [only] = fetches;
        return fetches.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes: fetches };
      }
      case 'Defer':
        return child;
    }
  };
  return node.kind === 'Subscription' ? node : restore(node);
}

function split(fetch: FetchNode, separated: SeparatedArguments): FetchNode[] {
  const groups = groupFields(fetch, separated);
  if (groups.length <= 1) return [withRealFields(fetch, separated)];
  return groups.map(({ fields, standIns }) =>
    withRealFields(
      {
        ...fetch,
        operation: keepEntityFields(fetch.operation, fields),
        requires: keepStandIns(fetch.requires ?? [], separated, standIns),
      },
      separated,
    ),
  );
}

interface FieldGroup {
  /** `Type.responseName` of the entity fields. */
  readonly fields: Set<string>;
  readonly standIns: Set<string>;
}

/** Fields of the entity, together as long as what they require can be sent under its own names. */
function groupFields(fetch: FetchNode, { standIns, required }: SeparatedArguments): readonly FieldGroup[] {
  if (fetch.requires === undefined) return [];
  const groups: FieldGroup[] = [];
  const conflict = (group: FieldGroup, needed: readonly string[]): boolean =>
    needed.some((name) =>
      [...group.standIns].some(
        (other) => other !== name && standIns.get(other)?.name === standIns.get(name)?.name,
      ),
    );
  for (const { coordinate, id } of entityFields(fetch.operation)) {
    const needed = required.get(coordinate) ?? [];
    let group = groups.find((each) => !conflict(each, needed));
    if (group === undefined) groups.push((group = { fields: new Set(), standIns: new Set() }));
    group.fields.add(id);
    for (const name of needed) group.standIns.add(name);
  }
  return groups;
}

function entityFields(operation: string): { readonly coordinate: string; readonly id: string }[] {
  const found: { coordinate: string; id: string }[] = [];
  eachEntityField(operation, (field, typename) => {
    const id = idOf(field, typename);
    if (field.name.value !== '__typename') found.push({ coordinate: `${typename}.${field.name.value}`, id });
    return field;
  });
  return found;
}

const keepEntityFields = (operation: string, kept: ReadonlySet<string>): string =>
  eachEntityField(operation, (field, typename) =>
    field.name.value === '__typename' || kept.has(idOf(field, typename)) ? field : null,
  );

const idOf = ({ alias, name }: FieldNode, typename: string): string =>
  `${typename}.${alias?.value ?? name.value}`;

/** Visits the fields selected directly of the entities. */
function eachEntityField(
  operation: string,
  change: (field: FieldNode, typename: string) => FieldNode | null,
): string {
  const changeSelections = (selections: readonly SelectionNode[], typename: string): SelectionNode[] =>
    selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
      if (selection.kind === Kind.FIELD)
        return [change(selection, typename)].filter((field) => field !== null);
      const on = selection.typeCondition?.name.value ?? typename;
      const nested = changeSelections(selection.selectionSet.selections, on);
      return nested.length === 0
        ? []
        : [{ ...selection, selectionSet: { ...selection.selectionSet, selections: nested } }];
    });
  return stripIgnoredCharacters(
    print(
      visit(parse(operation, { noLocation: true }), {
        Field: (field) => {
          if (field.name.value !== '_entities' || field.selectionSet === undefined) return false;
          const selections = changeSelections(field.selectionSet.selections, '');
          return { ...field, selectionSet: { ...field.selectionSet, selections } };
        },
      }),
    ),
  );
}

function keepStandIns(
  selections: readonly QueryPlanSelectionNode[],
  separated: SeparatedArguments,
  kept: ReadonlySet<string>,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field' && separated.standIns.has(selection.name) && !kept.has(selection.name))
      return [];
    if (selection.selections === undefined) return [selection];
    return [{ ...selection, selections: keepStandIns(selection.selections, separated, kept) }];
  });
}

function withRealFields(fetch: FetchNode, { standIns }: SeparatedArguments): FetchNode {
  const uses = [...standIns.keys()].some((name) => fetch.operation.includes(name));
  const operation = !uses
    ? fetch.operation
    : stripIgnoredCharacters(
        print(
          visit(parse(fetch.operation, { noLocation: true }), {
            Field: (field): FieldNode | undefined => {
              const real = standIns.get(field.name.value);
              if (real === undefined) return undefined;
              return {
                ...field,
                alias: field.alias ?? { kind: Kind.NAME, value: field.name.value },
                name: { kind: Kind.NAME, value: real.name },
                arguments: real.arguments,
              };
            },
          }),
        ),
      );
  const rename = (selection: QueryPlanSelectionNode): QueryPlanSelectionNode => {
    const nested = selection.selections === undefined ? {} : { selections: selection.selections.map(rename) };
    if (selection.kind === 'InlineFragment')
      return { ...selection, selections: selection.selections.map(rename) };
    const real = standIns.get(selection.name);
    return real === undefined
      ? { ...selection, ...nested }
      : { ...selection, ...nested, alias: selection.name, name: real.name };
  };
  return {
    ...fetch,
    operation,
    ...(fetch.requires === undefined ? {} : { requires: fetch.requires.map(rename) }),
  };
}
