import { Kind, parseType, print, type TypeNode } from 'graphql';
import {
  ENUMS,
  INPUTS,
  SCALAR,
  type Field,
  type GraphDefinition,
  type Placement,
  type SubgraphParts,
  type TypeInSubgraph,
} from './graph-definition.ts';

/** Types of leaves and inputs, each behind those that use it. */
const LEAF_TYPES: readonly (readonly [name: string, text: string])[] = [
  ...Object.entries(INPUTS).map(([name, fields]) => [name, `input ${name} { ${fields} }`] as const),
  ...Object.entries(ENUMS).map(([name, values]) => [name, `enum ${name} { ${values.join(' ')} }`] as const),
  [SCALAR, `scalar ${SCALAR}`],
];

/** With the leaf types that it uses. */
const printed = (types: readonly string[]): string =>
  LEAF_TYPES.reduce(
    (text, [name, leaf]) => (new RegExp(`: [[]*${name}\\b`).test(text) ? `${text}\n${leaf}` : text),
    types.join('\n'),
  );

export const printSubgraph = ({ types }: SubgraphParts): string =>
  printed([...types.values()].map(printType));

function printType({
  kind,
  name,
  keys,
  interfaces,
  placements,
  possibleTypes,
  interfaceObject,
}: TypeInSubgraph) {
  if (kind === 'union') return `union ${name} = ${possibleTypes.join(' | ')}`;
  const head = [
    kind === 'interface' ? 'interface' : 'type',
    name,
    implementing(interfaces),
    ...keys.map(
      ({ key, resolvable }) =>
        `@key(fields: ${JSON.stringify(key.selection)}${resolvable ? '' : ', resolvable: false'})`,
    ),
    interfaceObject === true ? '@interfaceObject' : '',
  ];
  return `${head.filter((part) => part !== '').join(' ')} {\n${[...placements.values()]
    .map((placement) => `  ${printField(placement.field, placement.type)}${printDirectives(placement)}`)
    .join('\n')}\n}`;
}

const implementing = (interfaces: Iterable<string>): string => {
  const names = [...interfaces];
  return names.length === 0 ? '' : `implements ${names.join(' & ')}`;
};

const printDirectives = ({ directives, external }: Placement): string =>
  [...(external === true ? ['@external'] : []), ...directives].map((directive) => ` ${directive}`).join('');

const printField = ({ name, type, arguments: args }: Field, as: TypeNode = type): string =>
  `${name}${
    args.length === 0
      ? ''
      : `(${args
          .map(
            (argument) =>
              `${argument.name}: ${argument.type}${argument.defaultValue === undefined ? '' : ` = ${argument.defaultValue}`}`,
          )
          .join(', ')})`
  }: ${print(as)}`;

interface WholeType {
  readonly kind: TypeInSubgraph['kind'];
  readonly interfaces: Set<string>;
  readonly fields: Map<string, string>;
  readonly possibleTypes: Set<string>;
}

/** The same graph as one schema: what a client of the composed graph sees. */
export function printWholeGraph(graph: GraphDefinition): string {
  const whole = new Map<string, WholeType>();
  for (const { types } of graph.subgraphs) {
    for (const type of types.values()) {
      const kind = type.interfaceObject === true ? 'interface' : type.kind;
      const known: WholeType = whole.get(type.name) ?? {
        kind,
        interfaces: new Set(),
        fields: new Map(),
        possibleTypes: new Set(),
      };
      whole.set(type.name, known);
      for (const name of type.interfaces) known.interfaces.add(name);
      for (const name of type.possibleTypes) known.possibleTypes.add(name);
      for (const placement of type.placements.values()) addField(known, placement);
    }
  }
  const { identity } = graph;
  const added = identity === undefined ? undefined : whole.get(identity.name);
  for (const name of identity?.implementers ?? [])
    if (whole.get(name)?.interfaces.has(identity?.name ?? '') === true)
      for (const [field, text] of added?.fields ?? []) whole.get(name)?.fields.set(field, text);
  for (const { types } of graph.subgraphs)
    for (const type of types.values())
      for (const { field, directives } of type.placements.values())
        if (directives.includes('@inaccessible')) whole.get(type.name)?.fields.delete(field.name);
  return printed([...whole].map(([name, type]) => printWholeType(name, type)));
}

function addField({ fields }: WholeType, { field, type, external }: Placement): void {
  if (external === true) return;
  const text = printField(field, type);
  // Of two types that differ the nullable one holds; it is the shorter text.
  const known = fields.get(field.name);
  if (known === undefined || text.length < known.length) fields.set(field.name, text);
}

const printWholeType = (name: string, { kind, interfaces, fields, possibleTypes }: WholeType): string =>
  kind === 'union'
    ? `union ${name} = ${[...possibleTypes].join(' | ')}`
    : `${kind === 'interface' ? 'interface' : 'type'} ${name} ${implementing(interfaces)} {\n  ${[...fields.values()].join('\n  ')}\n}`;

export const nullable = (type: TypeNode): TypeNode => (type.kind === Kind.NON_NULL_TYPE ? type.type : type);
export const typeNode = (text: string): TypeNode => parseType(text, { noLocation: true });
