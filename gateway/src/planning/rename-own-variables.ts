import { Kind, visit, type DocumentNode } from 'graphql';

export interface RenamedVariables {
  readonly document: DocumentNode;
  /** The client's names, by the names that were given instead. */
  readonly variableNames: ReadonlyMap<string, string>;
}

/** What the planner declares in documents for subgraphs: entities, and what fields take from their context. */
const OWN = /^(?:representations|contextualArgument_\d+_\d+)$/;

/**
 * A client may call a variable what the planner calls one of its own: in a fetch that uses both, one would be taken for the other.
 *
 * @param document One valid operation and its fragments.
 */
export function renameOwnVariables(document: DocumentNode): RenamedVariables {
  const declared = new Set<string>();
  visit(document, { VariableDefinition: ({ variable }) => void declared.add(variable.name.value) });
  const given = new Map<string, string>();
  for (const name of [...declared].filter((each) => OWN.test(each))) {
    let n = 1;
    while (declared.has(`${name}_${n}`)) n += 1;
    declared.add(`${name}_${n}`);
    given.set(name, `${name}_${n}`);
  }
  if (given.size === 0) return { document, variableNames: new Map() };
  const renamed = visit(document, {
    Variable: (variable) => {
      const value = given.get(variable.name.value);
      return value === undefined ? undefined : { ...variable, name: { kind: Kind.NAME, value } };
    },
  });
  return { document: renamed, variableNames: new Map([...given].map(([name, value]) => [value, name])) };
}
