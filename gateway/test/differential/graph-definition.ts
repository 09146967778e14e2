import { Kind, type TypeNode } from 'graphql';

/** A federated graph before it is SDL: which subgraph declares what, and what every value is made from. */
export interface GraphDefinition {
  readonly subgraphs: readonly SubgraphParts[];
  readonly objects: ReadonlyMap<string, ObjectType>;
  /** Implementers of interfaces, members of unions, over all subgraphs. */
  readonly abstractTypes: ReadonlyMap<string, readonly string[]>;
  /** The interface whose kinds share one row of numbers, because a subgraph knows it as an object. */
  identity: Identity | undefined;
}

export interface Identity {
  readonly name: string;
  readonly implementers: readonly string[];
}

export interface ObjectType {
  readonly name: string;
  /** Of an entity: ways to find it. Empty for a value type. */
  readonly keys: readonly Key[];
  /** Of a value type: all of it, in every subgraph that has it. */
  readonly fields: Field[];
}

export interface Key {
  /** A selection set without its braces. */
  readonly selection: string;
  readonly fields: readonly Field[];
}

export interface Argument {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: string | undefined;
}

export interface Field {
  readonly name: string;
  readonly type: TypeNode;
  readonly arguments: readonly Argument[];
  /** Values are made from this, the object's number and the arguments: `Type.field`. */
  readonly seed: string;
  /** Of a field of a key: a value per object, not chance. */
  readonly keyValue?: ((number: number) => unknown) | undefined;
  readonly fails: boolean;
  /** The types an abstract value may have: those that its subgraph knows. */
  readonly possibleTypes?: readonly string[] | undefined;
  /** What @requires names; the value is made of it. */
  readonly requires?: string | undefined;
}

export interface SubgraphParts {
  readonly name: string;
  readonly types: Map<string, TypeInSubgraph>;
}

export interface TypeInSubgraph {
  readonly kind: 'object' | 'interface' | 'union' | 'root';
  readonly name: string;
  readonly keys: { readonly key: Key; resolvable: boolean }[];
  readonly interfaces: Set<string>;
  readonly placements: Map<string, Placement>;
  /** Of a union or an interface. */
  readonly possibleTypes: string[];
  interfaceObject?: boolean;
}

/** A field as one subgraph declares it. */
export interface Placement {
  readonly field: Field;
  readonly directives: string[];
  /** Another type than the field's: nullable where the field is not. */
  readonly type?: TypeNode;
  external?: boolean;
  /** Another subgraph has taken it over for good: asking here is a mistake. */
  dead?: boolean;
}

export const ENUMS = { Color: ['RED', 'GREEN', 'BLUE'], Level: ['LOW', 'HIGH'] } as const;
export const SCALAR = 'Json';
export const INPUTS = {
  Pick: 'level: Level! = LOW range: Range json: Json',
  Range: 'from: Int = 1 to: Int color: Color inner: Range tags: [String!]',
} as const;
export const LEAVES = ['String', 'Int', 'Boolean', 'Float', 'ID', 'Color', 'Level', SCALAR] as const;

export const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

export const isLeaf = (name: string): boolean => (LEAVES as readonly string[]).includes(name);

export const isEntity = (type: ObjectType | undefined): boolean => type !== undefined && type.keys.length > 0;

export function typeIn(subgraph: SubgraphParts, name: string): TypeInSubgraph | undefined {
  return subgraph.types.get(name);
}

/** Where a field is really resolved: not where it is external, nor where it has been taken away. */
export function resolversOf(
  { subgraphs }: Pick<GraphDefinition, 'subgraphs'>,
  type: string,
  field: string,
): readonly SubgraphParts[] {
  return subgraphs.filter((subgraph) => {
    const placement = subgraph.types.get(type)?.placements.get(field);
    return placement !== undefined && placement.external !== true && placement.dead !== true;
  });
}
