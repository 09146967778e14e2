import {
  baseType,
  isListType,
  isNonNullType,
  type Supergraph,
  type Type,
} from '@apollo/federation-internals';
import { Kind, parse, type SelectionNode } from 'graphql';
import { onlyOperation } from '../execution/only-operation.ts';

/** A field as a subgraph defines it. */
export interface SubgraphField {
  /** Name of the type without lists and non-null. */
  readonly type: string;
  readonly listDepth: number;
  readonly isExternal: boolean;
  /** What `@requires` names; undefined: nothing. */
  readonly requires: readonly SelectionNode[] | undefined;
  /** What its subgraph knows below it and perhaps not elsewhere (`@provides`), though it be external; undefined: nothing. */
  readonly provides: readonly SelectionNode[] | undefined;
  readonly hasArguments: boolean;
}

/** What subgraphs define, of a supergraph without keys that do not resolve. */
export interface SubgraphTypes {
  readonly subgraphs: readonly string[];
  field(subgraph: string, type: string, field: string): SubgraphField | undefined;
  /** Field sets by which a subgraph resolves entities of a type, the first to be preferred. */
  keysOf(subgraph: string, type: string): readonly (readonly SelectionNode[])[];
  kindOf(subgraph: string, type: string): 'object' | 'interface object' | 'interface' | undefined;
  /** Names of the types that implement an interface in a subgraph. */
  implementationsOf(subgraph: string, type: string): readonly string[];
  /** Names of the interfaces that a type has anywhere. */
  interfacesOf(type: string): readonly string[];
}

/** Everything is looked up when it is first asked for: few plans ask for much of it. */
export function readSubgraphTypes(supergraph: Supergraph): SubgraphTypes {
  const fields = new Map<string, SubgraphField | undefined>();
  const subgraphs = supergraph.subgraphs();
  const typeOf = (subgraph: string, type: string) => subgraphs.get(subgraph)?.schema.type(type);
  const readField = (subgraph: string, typename: string, name: string): SubgraphField | undefined => {
    const type = typeOf(subgraph, typename);
    const field =
      type?.kind === 'ObjectType' || type?.kind === 'InterfaceType' ? type.field(name) : undefined;
    const metadata = subgraphs.get(subgraph)?.metadata();
    if (metadata === undefined || field?.type === undefined) return undefined;
    const [requirement] = field.appliedDirectivesOf(metadata.requiresDirective());
    const [provision] = field.appliedDirectivesOf(metadata.providesDirective());
    return {
      type: baseType(field.type).name,
      listDepth: listDepthOf(field.type),
      isExternal: metadata.isFieldExternal(field),
      requires: requirement && parseFieldSet(String(requirement.arguments().fields)),
      provides: provision && parseFieldSet(String(provision.arguments().fields)),
      hasArguments: field.arguments().length > 0,
    };
  };
  return {
    subgraphs: [...subgraphs.names()],
    field: (subgraph, type, name) => {
      const id = `${subgraph} ${type}.${name}`;
      if (!fields.has(id)) fields.set(id, readField(subgraph, type, name));
      return fields.get(id);
    },
    keysOf: (subgraph, typename) => {
      const type = typeOf(subgraph, typename);
      const metadata = subgraphs.get(subgraph)?.metadata();
      if (metadata === undefined || (type?.kind !== 'ObjectType' && type?.kind !== 'InterfaceType'))
        return [];
      return type
        .appliedDirectivesOf(metadata.keyDirective())
        .filter((key) => key.arguments().resolvable !== false)
        .map((key) => parseFieldSet(String(key.arguments().fields)));
    },
    kindOf: (subgraph, typename) => {
      const type = typeOf(subgraph, typename);
      if (type?.kind === 'InterfaceType') return 'interface';
      if (type?.kind !== 'ObjectType') return undefined;
      return subgraphs.get(subgraph)?.metadata().isInterfaceObjectType(type) === true
        ? 'interface object'
        : 'object';
    },
    implementationsOf: (subgraph, typename) => {
      const type = typeOf(subgraph, typename);
      return type?.kind === 'InterfaceType' ? type.possibleRuntimeTypes().map(({ name }) => name) : [];
    },
    interfacesOf: (typename) => {
      const type = supergraph.schema.type(typename);
      return type?.kind === 'ObjectType' ? type.interfaces().map(({ name }) => name) : [];
    },
  };
}

function listDepthOf(type: Type): number {
  if (isNonNullType(type)) return listDepthOf(type.ofType as Type);
  return isListType(type) ? 1 + listDepthOf(type.ofType as Type) : 0;
}

const parseFieldSet = (text: string): readonly SelectionNode[] =>
  onlyOperation(parse(`{${text}}`, { noLocation: true })).selectionSet.selections.filter(
    ({ kind }) => kind !== Kind.FRAGMENT_SPREAD,
  );
