import type { ExecutableFetch } from './executable-plan.ts';
import { writeJson } from './json.ts';
import { getOwn } from './own.ts';
import type { PlanRun } from './run-plan.ts';

/** JSON text of values, by the name of their variable. */
export type Variables = ReadonlyMap<string, string>;

const NONE: Variables = new Map();

/** What a fetch uses of the operation's variables; one the client left out is left out, so that its default holds. */
export function variablesOfFetch(
  { variableUsages }: ExecutableFetch,
  { variables, lifted }: PlanRun,
): Variables {
  if (variableUsages.length === 0) return NONE;
  const used = new Map<string, string>();
  for (const name of variableUsages) {
    const literal = lifted.get(name);
    const value = literal === undefined ? getOwn(variables, name) : undefined;
    if (literal !== undefined) used.set(name, literal);
    else if (value !== undefined) used.set(name, writeJson(value));
  }
  return used;
}

/** Members of a JSON object that follow others. */
export function variablesText(variables: Variables): string {
  let text = '';
  for (const [name, value] of variables) text += `,${JSON.stringify(name)}:${value}`;
  return text;
}
