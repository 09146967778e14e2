/**
 * A valid operation over any schema, decided by a tape of numbers: a shorter tape with smaller numbers is a smaller
 * operation.
 */
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
import { chooseFrom, oneOf, rarely, type Choose } from './choose.ts';
import { chooseArguments, type Variables } from './generate-arguments.ts';
import { keepNamesApart } from './keep-names-apart.ts';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface OperationOptions {
  /**
   * Names that the gateway needs for itself, for another field. Without them one response name is one field with one
   * set of arguments, everywhere.
   */
  readonly anyName: boolean;
  /** @skip and @include: on some parts, or anywhere, so that they leave nothing or contradict each other. */
  readonly conditions: 'some' | 'any';
}

/** What Apollo's planner can do by itself. */
const PLAIN: OperationOptions = { anyName: false, conditions: 'some' };

interface Draft {
  readonly schema: GraphQLSchema;
  readonly choose: Choose;
  readonly anyName: boolean;
  readonly conditions: OperationOptions['conditions'];
  readonly variables: Variables;
  readonly fragments: { readonly name: string; readonly on: GraphQLCompositeType; readonly text: string }[];
}

const MAX_DEPTH = 5;

export function generateOperation(
  schema: GraphQLSchema,
  tape: readonly number[],
  { anyName, conditions }: OperationOptions = PLAIN,
): GeneratedOperation {
  const choose = chooseFrom(tape);
  const draft: Draft = { schema, choose, anyName, conditions, variables: new Map(), fragments: [] };
  const mutation = schema.getMutationType();
  const isMutation = mutation !== null && mutation !== undefined && rarely(choose, 8);
  const root = isMutation ? mutation : schema.getQueryType();
  if (root === undefined || root === null) throw new Error('no query type');
  const selection = selectionSet(draft, root, 0);
  const declared = [...draft.variables.values()].map(({ declaration }) => declaration).join(', ');
  const head = `${isMutation ? 'mutation' : 'query'}${declared === '' ? '' : ` (${declared})`}`;
  const fragments = draft.fragments.map(({ name, on, text }) => `fragment ${name} on ${on.name} ${text}`);
  return {
    query: keepNamesApart(schema, [`${head} ${selection}`, ...fragments].join('\n')),
    variables: Object.fromEntries(
      [...draft.variables].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value.json]])),
    ),
  };
}

function selectionSet(draft: Draft, type: GraphQLCompositeType, depth: number): string {
  const { choose } = draft;
  const parts: string[] = [];
  for (let i = 0; i <= choose(4); i += 1) {
    const kind = choose(10);
    if (kind === 9) parts.push(typename(draft));
    else if (kind >= 7 || isUnionType(type)) parts.push(fragment(draft, type, depth));
    else parts.push(field(draft, type, depth));
  }
  // So that something is left, whatever the conditions say.
  if (draft.conditions === 'some' && parts.some((part) => /@(skip|include)/.test(part)))
    parts.push('__typename');
  return `{ ${parts.join(' ')} }`;
}

function field(
  draft: Draft,
  type: Exclude<GraphQLCompositeType, { getTypes(): unknown }>,
  depth: number,
): string {
  const { choose } = draft;
  const fields = Object.values(type.getFields()).filter(
    (candidate) => depth < MAX_DEPTH || !isCompositeType(getNamedType(candidate.type)),
  );
  // Objects are where it gets interesting: twice as likely, and never the first choice.
  const objects = fields.filter((candidate) => isCompositeType(getNamedType(candidate.type)));
  const candidates = [...fields, ...objects];
  if (candidates.length === 0) return '__typename';
  const chosen = oneOf(choose, candidates);
  const given = chooseArguments(chosen, choose, draft.variables);
  const named = getNamedType(chosen.type);
  const nested = isCompositeType(named) ? ` ${selectionSet(draft, named, depth + 1)}` : '';
  return `${alias(draft, chosen, given.suffix, fields)}${chosen.name}${given.text}${condition(draft)}${nested}`;
}

/** Few names, and those that keys and other fields have, so that fields meet. */
function alias(
  { choose, anyName }: Draft,
  { name }: GraphQLField<unknown, unknown>,
  suffix: string,
  fields: readonly GraphQLField<unknown, unknown>[],
): string {
  const kind = choose(8);
  if (!anyName) return suffix === '' ? (kind === 1 ? `${name}_alias: ` : '') : `${name}_${suffix}: `;
  if (kind === 1) return `${oneOf(choose, ['a', 'b', 'c'])}: `;
  if (kind === 2) return `${oneOf(choose, fields).name}: `;
  if (kind === 3) return `${oneOf(choose, ['id', 'code', 'ref', 'uid', 'name', 'size'])}: `;
  return '';
}

function typename(draft: Draft): string {
  const { choose, anyName, conditions } = draft;
  const name = rarely(choose, 3) ? `${anyName ? oneOf(choose, ['kind', 'id', 'name']) : 'is'}: ` : '';
  return `${name}__typename${conditions === 'any' ? condition(draft) : ''}`;
}

const CONDITION_VARIABLES = {
  yes: { declaration: '$yes: Boolean!', type: 'Boolean!', value: { json: true } },
  no: { declaration: '$no: Boolean = false', type: 'Boolean', value: undefined },
  maybe: { declaration: '$maybe: Boolean! = true', type: 'Boolean!', value: { json: false } },
} as const;

const VARIABLES = ['yes', 'no', 'maybe'] as const;
const LITERALS = ['true', 'false'] as const;

function condition({ choose, conditions, variables }: Draft): string {
  const kind = choose(16);
  if (kind < 10) return '';
  const directive = oneOf(choose, ['@include', '@skip']);
  const value = oneOf(choose, [...VARIABLES, ...(conditions === 'any' ? LITERALS : [])]);
  if (value === 'true' || value === 'false') return ` ${directive}(if: ${value})`;
  if (!variables.has(value)) variables.set(value, CONDITION_VARIABLES[value]);
  return ` ${directive}(if: $${value})`;
}

function fragment(draft: Draft, type: GraphQLCompositeType, depth: number): string {
  const { schema, choose, fragments } = draft;
  if (depth >= MAX_DEPTH) return '__typename';
  const candidates: readonly GraphQLCompositeType[] = [
    type,
    ...(isAbstractType(type)
      ? schema.getPossibleTypes(type)
      : isObjectType(type)
        ? type.getInterfaces()
        : []),
    ...(isAbstractType(type)
      ? schema.getPossibleTypes(type).flatMap((possible) => possible.getInterfaces())
      : []),
  ];
  const on = oneOf(choose, candidates);
  const known = fragments.filter((candidate) => candidate.on === on);
  if (known.length > 0 && choose(3) === 1) return `...${oneOf(choose, known).name}${condition(draft)}`;
  const text = selectionSet(draft, on, depth + 1);
  const kind = choose(4);
  if (kind === 1) {
    const name = `F${fragments.length}`;
    fragments.push({ name, on, text });
    return `...${name}${condition(draft)}`;
  }
  if (kind === 2 && on === type) return `...${condition(draft)} ${text}`;
  return `... on ${on.name}${condition(draft)} ${text}`;
}
