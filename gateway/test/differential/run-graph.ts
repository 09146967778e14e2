/** A random graph twice: as subgraphs with resolvers, and as one schema run by graphql-js. */
import {
  buildSchema,
  execute,
  getArgumentValues,
  isObjectType,
  Kind,
  parse,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphDefinition } from '../../src/testing/federate.ts';
import type { GeneratedOperation } from './generate-operation.ts';
import {
  resolversOf,
  type Field,
  type GraphDefinition,
  type Placement,
  type SubgraphParts,
} from './graph-definition.ts';
import { findInstance, stable, valueOf, type Instance } from './graph-values.ts';
import { printSubgraph, printWholeGraph } from './print-graph.ts';

type Arguments = Readonly<Record<string, unknown>>;

export function subgraphDefinitions(graph: GraphDefinition): Record<string, SubgraphDefinition> {
  return Object.fromEntries(
    graph.subgraphs.map((subgraph) => [
      subgraph.name,
      {
        sdl: printSubgraph(subgraph),
        resolvers: resolversIn(graph, subgraph) as NonNullable<SubgraphDefinition['resolvers']>,
      },
    ]),
  );
}

function resolversIn(graph: GraphDefinition, subgraph: SubgraphParts): object {
  return Object.fromEntries(
    [...subgraph.types.values()]
      .filter(({ kind }) => kind !== 'union')
      .map(({ name, kind, keys, placements }) => [
        name,
        {
          ...(kind === 'interface'
            ? {}
            : Object.fromEntries(
                [...placements].map(([field, placement]) => [field, resolverOf(graph, subgraph, placement)]),
              )),
          ...(keys.length === 0
            ? {}
            : {
                __resolveReference: (representation: Arguments) =>
                  findInstance(graph, subgraph, name, representation),
              }),
        },
      ]),
  );
}

function resolverOf(graph: GraphDefinition, subgraph: SubgraphParts, placement: Placement) {
  const { field, directives, external, dead } = placement;
  const provides = providedBy(directives);
  return (source: Instance | undefined, args: Arguments): unknown => {
    if (dead === true) throw new Error(`${subgraph.name} does not resolve ${field.seed} any more`);
    if (external === true && source?.provided?.includes(field.name) !== true)
      throw new Error(`${field.seed} is external in ${subgraph.name}`);
    if (field.requires !== undefined)
      return stable(pick(requiredIn(graph, subgraph, source), selectionOf(field.requires)));
    const value = valueOf(graph, field, source?.number ?? 0, args);
    return provides === undefined ? value : withProvided(value, provides);
  };
}

/** What a field with @requires may use: what was sent, and what this place provides. */
function requiredIn(
  graph: GraphDefinition,
  { types }: SubgraphParts,
  source: Instance | undefined,
): Arguments {
  const { provided = [], representation, number = 0, __typename = '' } = source ?? {};
  const known = provided.flatMap((name) => {
    const field = types.get(__typename)?.placements.get(name)?.field;
    return field === undefined ? [] : [[name, valueOf(graph, field, number, {})]];
  });
  return { ...(Object.fromEntries(known) as Arguments), ...representation };
}

/** `... on Type { name }` or `name`: generated in these two shapes. */
function providedBy(directives: readonly string[]): ReadonlyMap<string, readonly string[]> | undefined {
  const selection = directives.map((text) => /^@provides\(fields: "(.*)"\)$/.exec(text)?.[1]).find(Boolean);
  if (selection === undefined) return undefined;
  const kinds = [...selection.matchAll(/\.\.\. on (\w+) \{ (\w+) \}/g)];
  if (kinds.length === 0) return new Map([['', [selection]]]);
  return new Map(kinds.map(([, kind = '', name = '']) => [kind, [name]]));
}

function withProvided(value: unknown, provides: ReadonlyMap<string, readonly string[]>): unknown {
  if (Array.isArray(value)) return value.map((element) => withProvided(element, provides));
  if (typeof value !== 'object' || value === null) return value;
  const instance = value as Instance;
  return { ...instance, provided: provides.get('') ?? provides.get(instance.__typename) ?? [] };
}

const selectionOf = (fields: string): SelectionSetNode => {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(fields);
  return definition.selectionSet;
};

const fieldsOf = ({ selections }: SelectionSetNode): readonly FieldNode[] =>
  selections.filter((selection) => selection.kind === Kind.FIELD);

/** What a selection set says, of a value that has it under its fields' names. */
function pick(value: unknown, selectionSet: SelectionSetNode | undefined): unknown {
  if (selectionSet === undefined || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element) => pick(element, selectionSet));
  return Object.fromEntries(
    fieldsOf(selectionSet).map((node) => [
      node.name.value,
      pick((value as Arguments)[node.name.value] ?? null, node.selectionSet),
    ]),
  );
}

export interface WholeGraph {
  readonly schema: GraphQLSchema;
  execute(operation: GeneratedOperation): ExecutionResult;
}

export function wholeGraph(graph: GraphDefinition): WholeGraph {
  const schema = buildSchema(printWholeGraph(graph), { noLocation: true });
  const resolve = (type: string, name: string, source: Instance | undefined, args: Arguments): unknown => {
    const field = findField(graph, type, name);
    if (field.requires !== undefined && source !== undefined)
      return stable(require(type, source, selectionOf(field.requires)));
    return valueOf(graph, field, source?.number ?? 0, args);
  };
  /** What a selection set of @requires says of an object. */
  const require = (type: string, source: Instance, selectionSet: SelectionSetNode): unknown =>
    Object.fromEntries(
      fieldsOf(selectionSet).map((node) => {
        const name = node.name.value;
        if (name === '__typename') return [name, type];
        const definition = schema.getType(type);
        const field = isObjectType(definition) ? definition.getFields()[name] : undefined;
        const value = resolve(type, name, source, field === undefined ? {} : getArgumentValues(field, node));
        return [name, within(value, node.selectionSet)];
      }),
    );
  const within = (value: unknown, selectionSet: SelectionSetNode | undefined): unknown => {
    if (selectionSet === undefined || value === null) return value;
    if (Array.isArray(value)) return value.map((element) => within(element, selectionSet));
    const instance = value as Instance;
    return require(instance.__typename, instance, selectionSet);
  };
  return {
    schema,
    execute: ({ query, variables }) =>
      JSON.parse(
        JSON.stringify(
          execute({
            schema,
            document: parse(query),
            variableValues: variables,
            fieldResolver: (
              source: Instance | undefined,
              args: Arguments,
              _context,
              { parentType, fieldName },
            ) => resolve(parentType.name, fieldName, source, args),
            typeResolver: (value) => (value as Instance).__typename,
          }),
        ),
      ) as ExecutionResult,
  };
}

function findField(graph: GraphDefinition, type: string, name: string): Field {
  const { identity } = graph;
  const types = identity?.implementers.includes(type) === true ? [type, identity.name] : [type];
  for (const candidate of types) {
    const field = resolversOf(graph, candidate, name)[0]?.types.get(candidate)?.placements.get(name)?.field;
    if (field !== undefined) return field;
  }
  throw new Error(`nobody resolves ${type}.${name}`);
}
