import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import type { Permission } from '../authorization/authorization-rules.ts';
import type { UnauthorizedField } from '../authorization/authorize-operation.ts';
import type { FetchCost, InputCosts } from '../demand-control/cost-formula.ts';
import type { OperationUsage } from './operation-usage.ts';
import type { LimitCode, OperationLimits } from './operation-limits.ts';

/** What the serving thread asks a planning thread. */
export type PlanningRequest =
  | ({ readonly id: number; readonly kind: 'load'; readonly snapshot: number } & SupergraphToLoad)
  | ({ readonly id: number; readonly kind: 'prepare'; readonly snapshot: number } & OperationToPrepare)
  | { readonly id: number; readonly kind: 'release'; readonly snapshot: number };

export type PlanningReply =
  | { readonly id: number; readonly loaded: LoadedSupergraph }
  | { readonly id: number; readonly prepared: PreparedOperation }
  | { readonly id: number; readonly released: true }
  | { readonly id: number; readonly failure: string };

export interface SupergraphToLoad {
  readonly supergraphSdl: string;
  /** Whether operations may ask for the schema. */
  readonly introspection: boolean;
  readonly limits: OperationLimits;
  /** Whether what it says of who may see what is kept to. */
  readonly authorization: boolean;
  /** Whether it is said what operations cost; `declared`: where the supergraph says anything of costs. */
  readonly costs: boolean | 'declared';
  /** Whether usage is reported. */
  readonly usage: boolean;
}

export interface OperationText {
  /** The document as the client wrote it. */
  readonly text: string;
  readonly operationName: string | undefined;
  /** Labels whose progressive override applies. */
  readonly overridden: readonly string[];
  /** Those of the caller's permissions that the supergraph asks for, in the supergraph's order. */
  readonly permissions: readonly Permission[];
}

/** An operation is planned for the values of its conditions; another set of values is another plan. */
export interface OperationToPrepare extends OperationText {
  /** Those of the client's variables that are Boolean: which of them are conditions is seen when it is parsed. */
  readonly conditions: ConditionValues;
}

/** Values of variables that @skip and @include use. */
export type ConditionValues = ReadonlyMap<string, boolean>;

/** A variable that @skip or @include uses. */
export interface Condition {
  readonly variable: string;
  readonly byDefault: boolean;
}

/** What the serving thread needs to know of a supergraph. */
export interface LoadedSupergraph {
  /** SDL of what clients see. */
  readonly apiSdl: string;
  /** Names of the types that a type condition selects, by the condition's type. */
  readonly typeMembers: ReadonlyMap<string, readonly string[]>;
  /** Where each subgraph is, by name. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  readonly overrideLabels: readonly string[];
  /** Every permission that it asks for anywhere. */
  readonly permissions: readonly Permission[];
  /** Undefined: it is not said what operations cost. */
  readonly inputCosts: InputCosts | undefined;
  /** Whether it says of anything what it costs. */
  readonly declaresCosts: boolean;
  /** As usage reports name the API schema; undefined: there are none. */
  readonly schemaId: string | undefined;
}

/** One of the steps that preparing an operation takes. */
export interface PreparationStep {
  readonly name: 'parse' | 'validate' | 'plan';
  /** In milliseconds since 1970, with fractions. */
  readonly startedAt: number;
  readonly durationMs: number;
}

export type PreparedOperation = {
  /** What else the result depends on. */
  readonly conditions: readonly Condition[];
  /** Those it came to, in their order. */
  readonly steps: readonly PreparationStep[];
} & (
  | { readonly kind: 'invalid'; readonly errors: readonly OperationError[] }
  | {
      readonly kind: 'valid';
      /**
       * The operation as it was planned: only what it uses, conditions resolved, literals lifted into variables, response names
       * distinct. Operations that differ in nothing else have the same text.
       */
      readonly text: string;
      /** The client's response names, by the names that were given instead. */
      readonly clientNames: ReadonlyMap<string, string>;
      /** JSON text of the literals, by the names of the variables they became. */
      readonly lifted: ReadonlyMap<string, string>;
      /** The client's variables, by the names that were given instead. */
      readonly variableNames: ReadonlyMap<string, string>;
      /** Limits it is beyond, where that is only told of. */
      readonly warnings: readonly LimitCode[];
      readonly plan: PlanNode | SubscriptionNode | undefined;
      /** Fields that the plan does not fetch though they were asked for. */
      readonly unplanned: readonly UnplannedField[];
      /** Fields that the caller may not see: they are not in the plan. */
      readonly unauthorized: readonly UnauthorizedField[];
      /** Whether nothing is left of the operation without them. */
      readonly nothingAuthorized: boolean;
      /** Undefined: it is not said what operations cost. */
      readonly costs: readonly FetchCost[] | undefined;
      /** Undefined: usage is not reported. */
      readonly usage: OperationUsage | undefined;
    }
);

/** An error of the operation itself: it never runs. */
export interface OperationError {
  readonly message: string;
  readonly code:
    | 'GRAPHQL_PARSE_FAILED'
    | 'GRAPHQL_VALIDATION_FAILED'
    | 'OPERATION_RESOLUTION_FAILURE'
    | 'SUBSCRIPTION_DISABLED'
    | 'QUERY_PLANNING_FAILED'
    | LimitCode;
  /** Offsets in the document. */
  readonly positions: readonly number[];
}

export interface UnplannedField {
  /** `Type.field` */
  readonly coordinate: string;
  /** Response names from the root, without list indices. */
  readonly path: readonly string[];
}
