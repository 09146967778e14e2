import type { GraphRef } from '../graphs/graph-ref.ts';

/** An operation as a reporter describes it. */
export interface ReportedOperation {
  readonly id: string;
  /** Empty: it has none. */
  readonly name: string;
  readonly signature: string;
  /** `Type.field`, sorted. */
  readonly fields: readonly string[];
}

export interface ClientUsage {
  readonly name: string;
  readonly version: string;
  readonly requests: number;
  readonly errors: number;
}

/** What was done with an operation. */
export interface OperationUsage {
  readonly operation: ReportedOperation;
  /** By `clientKey`. */
  readonly clients: ReadonlyMap<string, ClientUsage>;
  /** Requests by latency bucket. */
  readonly latency: ReadonlyMap<number, number>;
}

export interface UsageReport extends GraphRef {
  /** SHA-256 of the body as it came, in hex. */
  readonly digest: string;
  readonly operations: readonly OperationUsage[];
  /** Clients, those of each operation counted: what it costs in memory. */
  readonly size: number;
}

/** Neither part has control characters. */
export const clientKey = (name: string, version: string): string => `${name}\n${version}`;
