/** One operation as clients send it, with the answer it must get; both may hold the marker of unique-marker.ts. */
export interface ClientRequest {
  /** JSON text of the request's body. */
  readonly body: string;
  /** JSON text of the right answer: what a monolith with the same data answers. */
  readonly expected: string;
}

/** What clients ask for, in turn. */
export interface Workload {
  readonly name: WorkloadName;
  readonly requests: readonly ClientRequest[];
}

export type WorkloadName = 'deep' | 'deep-variable' | 'tiny' | 'list' | 'mutation' | 'distinct' | 'mixed';
