/** An operation as a reporter describes it. */
export interface ReportedOperation {
  readonly id: string;
  /** Empty: it has none. */
  readonly name: string;
  readonly signature: string;
  /** `Type.field`, sorted. */
  readonly fields: readonly string[];
}

/** What a client did with an operation, in one report. */
export interface UsageEntry {
  readonly operation: ReportedOperation;
  readonly clientName: string;
  readonly clientVersion: string;
  readonly requests: number;
  readonly errors: number;
  /** Requests by latency bucket. */
  readonly latency: ReadonlyMap<number, number>;
}

export interface UsageReport {
  readonly graphId: string;
  readonly variant: string;
  /** Of the body as it came. */
  readonly digest: Buffer;
  readonly entries: readonly UsageEntry[];
}
