import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts';
import type { ExchangeOptions } from './exchange.ts';
import { RetryBudget } from './retry-budget.ts';
import { SubgraphUnavailableError } from './subgraph-request-error.ts';

/** How one subgraph is asked. */
export interface SubgraphShape {
  /** In the place of the URL that the supergraph has. */
  readonly url: string | undefined;
  /** Longest a request may take, its retries included, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer, in bytes. */
  readonly maxResponseBytes: number;
  /** Most requests in progress. */
  readonly maxConcurrent: number;
  readonly retry: {
    /** How often a read is asked again; 0: never. */
    readonly attempts: number;
    /** Retries for a hundred requests. */
    readonly budgetPercent: number;
    /** The first pause is at most this, the next at most twice that, in milliseconds. */
    readonly baseDelayMs: number;
  };
  /** Undefined: it is asked whatever became of the last requests. */
  readonly circuitBreaker: CircuitBreakerOptions | undefined;
}

/** What is remembered of one subgraph, from request to request, while the configuration stays. */
export class SubgraphGuard {
  readonly shape: SubgraphShape;
  readonly retries: RetryBudget;
  readonly #breaker: CircuitBreaker | undefined;
  #inProgress = 0;

  constructor(shape: SubgraphShape) {
    this.shape = shape;
    this.retries = new RetryBudget(shape.retry.budgetPercent);
    this.#breaker = shape.circuitBreaker && new CircuitBreaker(shape.circuitBreaker);
  }

  /**
   * Called before an exchange begins; it is `leave` that ends it.
   *
   * @throws SubgraphUnavailableError when none may begin.
   */
  enter(): void {
    if (this.#inProgress >= this.shape.maxConcurrent)
      throw new SubgraphUnavailableError('SUBGRAPH_BUSY', `${this.#inProgress} requests are in progress`);
    if (this.#breaker?.tryEnter() === false)
      throw new SubgraphUnavailableError('SUBGRAPH_CIRCUIT_OPEN', 'too many of its last requests failed');
    this.#inProgress += 1;
  }

  readonly leave: ExchangeOptions['onEnd'] = (status, error) => {
    this.#inProgress -= 1;
    this.#breaker?.end(
      status === undefined
        ? error?.name === 'AbortError'
          ? 'unknown'
          : 'failed'
        : status >= 500
          ? 'failed'
          : 'succeeded',
    );
  };
}

export interface SubgraphShapes {
  /** Of subgraphs that `subgraphs` does not name. */
  readonly all: SubgraphShape;
  readonly subgraphs: ReadonlyMap<string, SubgraphShape>;
}

/** The guards of all subgraphs, made as they are asked for. */
export function createGuards({ all, subgraphs }: SubgraphShapes): (subgraph: string) => SubgraphGuard {
  const guards = new Map<string, SubgraphGuard>();
  return (subgraph) => {
    let guard = guards.get(subgraph);
    if (guard === undefined)
      guards.set(subgraph, (guard = new SubgraphGuard(subgraphs.get(subgraph) ?? all)));
    return guard;
  };
}
