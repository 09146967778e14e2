import { Kind, parse, type ConstDirectiveNode } from 'graphql';
import { SUBGRAPH_NAMES, SUBGRAPHS } from './subgraphs.ts';

interface Suppliers {
  /** Subgraphs that resolve a field in one of the supergraphs, by `Type.field`. */
  readonly suppliers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Fields that a subgraph cannot give without a field, by that one. */
  readonly requiredBy: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Who is missed where: read from the contracts of the subgraphs. */
export const { suppliers: SUPPLIERS, requiredBy: REQUIRED_BY } = readContracts();

function readContracts(): Suppliers {
  const suppliers = new Map<string, Set<string>>();
  const requiredBy = new Map<string, Set<string>>();
  for (const name of SUBGRAPH_NAMES) {
    for (const definition of parse(SUBGRAPHS[name].sdl).definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      const type = definition.name.value;
      for (const { name: fieldName, directives = [] } of definition.fields ?? []) {
        const field = `${type}.${fieldName.value}`;
        if (directives.some((directive) => directive.name.value === 'external')) continue;
        addTo(suppliers, field, name);
        for (const required of requiredFields(directives)) addTo(requiredBy, `${type}.${required}`, field);
      }
    }
  }
  return { suppliers, requiredBy };
}

/** Names in `@requires(fields: "a b")`; these subgraphs require nothing nested. */
function requiredFields(directives: readonly ConstDirectiveNode[]): readonly string[] {
  const fields = directives.find(({ name }) => name.value === 'requires')?.arguments?.[0]?.value;
  return fields?.kind === Kind.STRING ? fields.value.split(' ') : [];
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}
