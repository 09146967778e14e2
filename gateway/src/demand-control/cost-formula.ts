/**
 * What an operation costs, as far as it can be said before its variables are known. Plain data: made in a planning
 * thread, evaluated in the serving one.
 */

/** What one request to a subgraph costs. */
export interface FetchCost {
  readonly subgraph: string;
  /** What is sent: fetches that send the same cost the same. */
  readonly document: string;
  /** Of the operation as such, whatever it selects. */
  readonly base: number;
  readonly terms: readonly CostTerm[];
}

/** What a selected field costs: its size times what one of it costs, and its arguments once. */
export interface CostTerm {
  readonly key: string;
  /** Types of the fragments it stands in, the outermost first. */
  readonly conditions: readonly string[];
  /** As `@cost` says, of the field or else of its type. */
  readonly weight: number | undefined;
  readonly isComposite: boolean;
  readonly isList: boolean;
  /** Undefined: nothing is said of it; a list is as long as the configuration assumes. */
  readonly size: ListSize | undefined;
  readonly arguments: readonly ArgumentCost[];
  readonly below: readonly CostTerm[];
}

/** How long a list is: the longest that the slicing arguments ask for, or else what is assumed. */
export interface ListSize {
  /** `Type.field` with the directive. */
  readonly coordinate: string;
  readonly slicing: readonly InputValue[];
  readonly assumed: number | undefined;
  readonly requiresOne: boolean;
}

/** A value in a document: a literal, or (part of) a variable. */
export type InputValue =
  | { readonly kind: 'literal'; readonly value: unknown }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** Input fields that lead to the value. */
      readonly path: readonly string[];
      /** When the variable, or an input field on the way, is not given. */
      readonly byDefault: unknown;
    }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, InputValue>> }
  | { readonly kind: 'list'; readonly items: readonly InputValue[] };

export interface ArgumentCost {
  readonly value: InputValue;
  readonly input: InputCost;
}

/** What a value costs at an argument or an input field. */
export interface InputCost {
  readonly weight: number | undefined;
  /** Name of its input object type; undefined: it has no fields. */
  readonly type: string | undefined;
}

/** Of every input object type, what its fields cost. */
export type InputCosts = ReadonlyMap<string, ReadonlyMap<string, InputCost>>;
