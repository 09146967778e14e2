import type { LintDiagnostic, SchemaMessage } from '../schema-work/protocol.ts';

/** What a check found out about a proposed schema. */
export interface CheckResult {
  readonly passed: boolean;
  readonly composition: {
    readonly passed: boolean;
    readonly errors: readonly SchemaMessage[];
    /** Whether gateways would get another supergraph. */
    readonly isSupergraphChanged: boolean;
  };
  /** Undefined: it does not compose, nothing else was looked at. */
  readonly operations: OperationsResult | undefined;
  readonly lint: LintOutcome | undefined;
  /** Of each contract of the variant. */
  readonly downstream?: readonly DownstreamResult[];
}

export interface DownstreamResult {
  readonly variant: string;
  readonly passed: boolean;
  /** Why the contract could not be made; then nothing else was looked at. */
  readonly errors: readonly SchemaMessage[];
  readonly operations: OperationsResult | undefined;
}

export interface LintOutcome {
  readonly passed: boolean;
  readonly diagnostics: readonly LintDiagnostic[];
}

export interface OperationsResult {
  readonly passed: boolean;
  /** Of how many operations it was asked whether they are affected. */
  readonly checkedOperations: number;
  readonly from: string;
  readonly to: string;
  readonly variants: readonly string[];
  readonly changes: readonly JudgedChange[];
}

export interface JudgedChange {
  readonly code: string;
  readonly coordinate: string;
  readonly description: string;
  readonly isPotentiallyBreaking: boolean;
  readonly fails: boolean;
  readonly affected: readonly AffectedOperation[];
}

export interface AffectedOperation {
  readonly id: string;
  /** Empty: it has none. */
  readonly name: string;
  readonly requests: number;
  /** True: it counts because clients registered it, however often it was sent. */
  readonly isPersisted?: boolean;
  readonly clients: readonly { readonly name: string; readonly version: string; readonly requests: number }[];
}
