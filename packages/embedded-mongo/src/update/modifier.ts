import type { Variables } from '../aggregate/expression.ts';

/** Removes the field. */
export const REMOVE = Symbol('remove');

export interface ModifierContext {
  /** True while an upsert builds a new document. */
  readonly isInsert: boolean;
  readonly now: Date;
}

/** What one operator does at the place its path names. */
export interface Modifier {
  /** Makes missing documents on the way. `$unset`, `$pull` and `$pop` have nothing to do there instead. */
  readonly creates: boolean;
  /** The next value, `REMOVE`, or `undefined` to leave it alone. `current` is `undefined` when missing. */
  apply(current: unknown, context: ModifierContext): unknown;
}

export type ModifierFactory = (operand: unknown, path: string, variables: Variables) => Modifier;
