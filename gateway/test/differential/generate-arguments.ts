import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import { oneOf, rarely, type Choose } from './choose.ts';

export interface Variable {
  /** `$name: Type = default`. */
  readonly declaration: string;
  readonly type: string;
  /** Undefined when the request leaves it out. */
  readonly value: { readonly json: unknown } | undefined;
}

/** By name, in the order of their first use. */
export type Variables = Map<string, Variable>;

/** The arguments of a field, and what tells them from others of the same field in a name. */
export function chooseArguments(
  { args }: GraphQLField<unknown, unknown>,
  choose: Choose,
  variables: Variables,
): { readonly text: string; readonly suffix: string } {
  const given = args.flatMap(({ name, type, defaultValue }) => {
    const isRequired = isNonNullType(type) && defaultValue === undefined;
    if (!isRequired && choose(3) === 0) return [];
    return [`${name}: ${inputText(type, choose, variables, 0)}`];
  });
  if (given.length === 0) return { text: '', suffix: '' };
  const text = `(${given.join(', ')})`;
  return { text, suffix: text.replaceAll(/\W/g, '_') };
}

/** @param variables Undefined where none may stand: in defaults. */
function inputText(
  type: GraphQLInputType,
  choose: Choose,
  variables: Variables | undefined,
  depth: number,
): string {
  if (variables !== undefined && rarely(choose, 3)) return `$${variableFor(type, choose, variables)}`;
  const nullableType = getNullableType(type);
  if (!isNonNullType(type) && rarely(choose, 6)) return 'null';
  if (isListType(nullableType)) {
    const { ofType } = nullableType as { ofType: GraphQLInputType };
    if (rarely(choose, 4) && !isListType(getNullableType(ofType)))
      return inputText(ofType, choose, undefined, depth + 1);
    return `[${Array.from({ length: choose(3) }, () => inputText(ofType, choose, variables, depth + 1)).join(', ')}]`;
  }
  if (isInputObjectType(nullableType)) {
    const fields = Object.values(nullableType.getFields()).flatMap((field) => {
      const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
      if (!isRequired && (depth > 2 || choose(3) !== 1)) return [];
      return [`${field.name}: ${inputText(field.type, choose, variables, depth + 1)}`];
    });
    return `{ ${fields.join(', ')} }`;
  }
  return toLiteral(inputValue(type, choose, depth), isEnumType(nullableType));
}

/** One that there is, or a new one of the type: with or without a default, sent or not, null or not. */
function variableFor(type: GraphQLInputType, choose: Choose, variables: Variables): string {
  const wanted = String(type);
  const known = [...variables].filter(([, variable]) => variable.type === wanted);
  if (known.length > 0 && choose(2) === 0) return oneOf(choose, known)[0];
  const name = `v${variables.size}`;
  const isNull = !isNonNullType(type) && rarely(choose, 4);
  const hasDefault = choose(3) === 1;
  const isSent = choose(3) !== 1 || (isNonNullType(type) && !hasDefault);
  const text = hasDefault ? ` = ${inputText(type, choose, undefined, 1)}` : '';
  variables.set(name, {
    declaration: `$${name}: ${wanted}${text}`,
    type: wanted,
    value: isSent ? { json: isNull ? null : inputValue(type, choose, 0) } : undefined,
  });
  return name;
}

const TEXTS = ['x', 'y', '7', '"quoted" {text}'] as const;

function inputValue(type: GraphQLInputType, choose: Choose, depth: number): unknown {
  if (!isNonNullType(type) && rarely(choose, 8)) return null;
  const nullableType = getNullableType(type);
  if (isListType(nullableType)) {
    const { ofType } = nullableType as { ofType: GraphQLInputType };
    return Array.from({ length: choose(3) }, () => inputValue(ofType, choose, depth + 1));
  }
  if (isInputObjectType(nullableType)) {
    const entries = Object.values(nullableType.getFields()).flatMap((field) => {
      const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
      if (!isRequired && (depth > 2 || choose(3) !== 1)) return [];
      return [[field.name, inputValue(field.type, choose, depth + 1)]];
    });
    return Object.fromEntries(entries) as unknown;
  }
  if (isEnumType(nullableType)) return oneOf(choose, nullableType.getValues()).name;
  switch (String(nullableType)) {
    case 'Int':
      return choose(5);
    case 'Float':
      return choose(8) / 4;
    case 'Boolean':
      return choose(2) === 1;
    case 'String':
      return oneOf(choose, TEXTS);
    case 'ID':
      return oneOf(choose, [1, 'i', '2']);
    default:
      return oneOf(choose, [1, 'text', [1, [null]], { a: { b: true }, list: ['x'] }, 0.5]);
  }
}

/** A value as GraphQL writes it. */
function toLiteral(value: unknown, isEnum: boolean): string {
  if (isEnum) return String(value);
  if (Array.isArray(value)) return `[${value.map((element) => toLiteral(element, false)).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${toLiteral(part, false)}`)
      .join(', ')} }`;
  return JSON.stringify(value);
}
