import type { Verdict } from './check-answer.ts';
import type { Operation } from './operations.ts';

export interface Failure {
  readonly operation: Operation;
  readonly reason: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** How many failures are kept whole; the others are counted. */
const MAX_KEPT = 10;

/** What became of the requests. */
export class Tally {
  requests = 0;
  /** Refused because the supergraph of that moment does not have the field. */
  refused = 0;
  /** Wrong only where a subgraph was down. */
  explained = 0;
  failed = 0;
  readonly failures: Failure[] = [];
  readonly byOperation = new Map<string, number>();
  readonly explainedBySubgraph = new Map<string, number>();

  add(operation: Operation, verdict: Verdict, got: unknown): void {
    this.requests += 1;
    increment(this.byOperation, operation.name);
    switch (verdict.kind) {
      case 'right':
        break;
      case 'refused':
        this.refused += 1;
        break;
      case 'explained':
        this.explained += 1;
        for (const name of verdict.subgraphs) increment(this.explainedBySubgraph, name);
        break;
      case 'wrong': {
        const { reason, expected } = verdict;
        this.failed += 1;
        if (this.failures.length < MAX_KEPT) this.failures.push({ operation, reason, expected, got });
        break;
      }
    }
  }
}

const increment = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
