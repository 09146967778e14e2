/**
 * Response names, made safe for the planner.
 *
 * It takes two selections with one response name for one selection. Clients may well use one name for two things:
 * `id: name` next to a key `id` that is fetched behind their back, or `x: f(a: 1)` and `x: f(a: 2)` below two
 * types that are never the same object. Here every response name comes to mean one field with one set of
 * arguments in the whole operation, and never what a key or a requirement fetches under it.
 */
import { Kind, print, visit, type DocumentNode, type FieldNode } from 'graphql';
import { sortedValue } from './sort-fields.ts';

export interface DistinctNames {
  readonly document: DocumentNode;
  /** The client's names, by the names that were given instead. */
  readonly clientNames: ReadonlyMap<string, string>;
}

/** @param internalNames Names that the gateway selects for itself, below any type, always without arguments. */
export function giveDistinctNames(document: DocumentNode, internalNames: ReadonlySet<string>): DistinctNames {
  const taken = new Set(internalNames);
  visit(document, {
    Field: (field) => {
      taken.add(responseName(field)).add(field.name.value);
    },
  });
  const names = new Map<string, Map<string, string>>();
  const clientNames = new Map<string, string>();
  const nameFor = (field: FieldNode): string => {
    const key = responseName(field);
    const args = (field.arguments ?? [])
      .map(({ name: { value: name }, value }) => `${name}:${print(sortedValue(value))}`)
      .sort()
      .join();
    const meaning = `${field.name.value}(${args})`;
    const meanings = names.get(key) ?? new Map<string, string>();
    names.set(key, meanings);
    const known = meanings.get(meaning);
    if (known !== undefined) return known;
    const collides = internalNames.has(key) && (field.name.value !== key || args !== '');
    let name = key;
    if (collides || meanings.size > 0) {
      for (let n = 1; taken.has(name); n += 1) name = `${key}_${n}`;
      taken.add(name);
      clientNames.set(name, key);
    }
    meanings.set(meaning, name);
    return name;
  };
  // Introspection is answered from the operation itself, below its root fields as the client wrote it.
  let introspectionDepth = 0;
  const renamed = visit(document, {
    FragmentDefinition: ({ typeCondition }) =>
      typeCondition.name.value.startsWith('__') ? false : undefined,
    Field: {
      enter: (field): FieldNode | undefined => {
        const name = introspectionDepth > 0 ? responseName(field) : nameFor(field);
        if (introspectionDepth > 0 || field.name.value.startsWith('__')) introspectionDepth += 1;
        return name === responseName(field)
          ? undefined
          : { ...field, alias: { kind: Kind.NAME, value: name } };
      },
      leave: () => {
        if (introspectionDepth > 0) introspectionDepth -= 1;
      },
    },
  });
  return { document: clientNames.size === 0 ? document : renamed, clientNames };
}

const responseName = ({ alias, name }: FieldNode): string => alias?.value ?? name.value;
