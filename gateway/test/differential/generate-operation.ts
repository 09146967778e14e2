import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Answers one of `count` choices. */
type Choose = (count: number) => number;

const MAX_DEPTH = 5;

/**
 * A valid operation over a schema, decided by a tape of numbers: each choice takes the next one, and choices
 * after its end are the first. So a shorter tape with smaller numbers is a smaller operation, and fast-check can
 * shrink one that fails.
 */
export function generateOperation(schema: GraphQLSchema, tape: readonly number[]): GeneratedOperation {
  let position = 0;
  const choose: Choose = (count) => (tape[position++] ?? 0) % count;
  const flags = { yes: choose(2) === 0, no: choose(3) === 0 };
  const queryType = schema.getQueryType();
  if (queryType === undefined || queryType === null) throw new Error('no query type');
  const fragments: string[] = [];
  const selection = selectionSet(schema, queryType, 0, choose, fragments);
  return {
    query: `query ($yes: Boolean!, $no: Boolean! = true, $n: Int) ${selection} ${fragments.join(' ')}`
      // Every variable must be used: https://spec.graphql.org/October2021/#sec-All-Variables-Used
      .replace('{', '{ __typename @include(if: $yes) @skip(if: $no) unused: user(n: $n) { __typename } '),
    variables: choose(2) === 0 ? { ...flags, n: choose(6) } : flags,
  };
}

function selectionSet(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  depth: number,
  choose: Choose,
  fragments: string[],
): string {
  const parts: string[] = [];
  const count = 1 + choose(4);
  for (let i = 0; i < count; i += 1) {
    const kind = choose(8);
    if (kind === 6) parts.push('__typename');
    else if (kind === 7 || isUnionType(type)) parts.push(fragment(schema, type, depth, choose, fragments));
    else parts.push(field(schema, type, depth, choose, fragments));
  }
  return `{ ${parts.filter((part) => part !== '').join(' ') || '__typename'} }`;
}

function field(
  schema: GraphQLSchema,
  type: Exclude<GraphQLCompositeType, { getTypes(): unknown }>,
  depth: number,
  choose: Choose,
  fragments: string[],
): string {
  const fields = Object.values(type.getFields()).filter(
    (candidate) => depth < MAX_DEPTH || !isCompositeType(getNamedType(candidate.type)),
  );
  const chosen = fields[choose(fields.length)];
  if (chosen === undefined) return '__typename';
  const { text, suffix } = argumentsOf(chosen, choose);
  const fieldType = getNamedType(chosen.type);
  const nested = isCompositeType(fieldType)
    ? selectionSet(schema, fieldType, depth + 1, choose, fragments)
    : '';
  // One response name for one field with one set of arguments, everywhere: fields of equal name always merge.
  const alias =
    suffix === '' ? (choose(4) === 1 ? `${chosen.name}_alias: ` : '') : `${chosen.name}_${suffix}: `;
  return `${alias}${chosen.name}${text}${condition(choose)} ${nested}`;
}

function argumentsOf(
  { args }: GraphQLField<unknown, unknown>,
  choose: Choose,
): { text: string; suffix: string } {
  const [argument] = args;
  if (argument === undefined) return { text: '', suffix: '' };
  const kind = choose(5);
  if (kind === 0) return { text: '', suffix: '' };
  if (kind === 1) return { text: `(${argument.name}: $n)`, suffix: 'variable' };
  return { text: `(${argument.name}: ${kind})`, suffix: String(kind) };
}

const CONDITIONS = [
  '',
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @skip(if: $yes)',
  ' @include(if: $no)',
  ' @skip(if: false)',
];
const condition = (choose: Choose): string => CONDITIONS[choose(CONDITIONS.length)] ?? '';

function fragment(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  depth: number,
  choose: Choose,
  fragments: string[],
): string {
  if (depth >= MAX_DEPTH) return '__typename';
  const candidates = [
    type,
    ...(isAbstractType(type)
      ? schema.getPossibleTypes(type)
      : isObjectType(type)
        ? type.getInterfaces()
        : []),
  ];
  const on = candidates[choose(candidates.length)] ?? type;
  const body = selectionSet(schema, on, depth + 1, choose, fragments);
  if (choose(3) !== 1) return `... on ${on.name}${condition(choose)} ${body}`;
  const name = `F${fragments.length}`;
  fragments.push(`fragment ${name} on ${on.name} ${body}`);
  return `...${name}${condition(choose)}`;
}
