import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type OpeningCause,
  type Outcome,
} from './circuit-breaker.ts';
import { withoutStack } from '../without-stack.ts';
import { Hedging, type HedgingOptions } from './hedge.ts';
import {
  requestPreparation,
  type Compression,
  type PrepareRequest,
  type SignRequest,
} from './prepare-request.ts';
import { RetryBudget } from './retry-budget.ts';
import { RequestTimeoutError, SubgraphUnavailableError } from './subgraph-request-error.ts';
import { WaitingLine } from './waiting-line.ts';

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
  /** Most reads in progress on one connection. */
  readonly pipelining: number;
  readonly retry: {
    /** How often a read is asked again; 0: never. */
    readonly attempts: number;
    /** Retries for a hundred requests. */
    readonly budgetPercent: number;
    /** The first pause is at most this, the next at most twice that, in milliseconds. */
    readonly baseDelayMs: number;
  };
  /** Undefined: requests are sent as they are. */
  readonly compression:
    | {
        readonly encoding: Compression;
        /** Shorter ones are sent as they are. */
        readonly minBytes: number;
      }
    | undefined;
  /** Undefined: no read is asked a second time because it takes long. */
  readonly hedging: HedgingOptions | undefined;
  /** Undefined: it is asked whatever became of the last requests. */
  readonly circuitBreaker: CircuitBreakerOptions | undefined;
}

/** What an exchange may do that has been let in. */
export interface Admitted {
  /** To be told when it is over, with its status, or why there is none; exactly once. */
  readonly onEnd: (status: number | undefined, error: Error | undefined) => void;
  /** Where it has to wait before it departs; undefined: nowhere. */
  readonly line: WaitingLine | undefined;
}

/** What is remembered of one subgraph, from request to request, while the configuration stays. */
export class SubgraphGuard {
  readonly name: string;
  readonly shape: SubgraphShape;
  readonly retries: RetryBudget;
  /** Undefined: requests are sent as they are. */
  readonly prepare: PrepareRequest | undefined;
  readonly hedging: Hedging | undefined;
  readonly #breaker: CircuitBreaker | undefined;
  readonly #line: WaitingLine | undefined;
  #inProgress = 0;

  constructor(name: string, shape: SubgraphShape, sign?: SignRequest) {
    this.name = name;
    this.shape = shape;
    this.retries = new RetryBudget(shape.retry.budgetPercent);
    this.prepare = requestPreparation(shape, sign);
    this.hedging = shape.hedging && new Hedging(shape.hedging);
    const { circuitBreaker } = shape;
    if (circuitBreaker === undefined) return;
    const breaker = (this.#breaker = new CircuitBreaker(circuitBreaker));
    this.#line = new WaitingLine(() => {
      breaker.look();
      if (breaker.openedBy === undefined) this.#releaseLine();
      else this.#line?.refuseSome(circuitOpen(breaker));
    });
  }

  get inProgress(): number {
    return this.#inProgress;
  }

  /** Whether nothing but trials is let through. */
  get circuitIsOpen(): boolean {
    return this.#breaker?.openedBy !== undefined;
  }

  /**
   * Called before an exchange begins.
   *
   * @param hasFullTime Whether it may take as long as its subgraph may, and not only what a client or the gateway has left.
   * @throws SubgraphUnavailableError when none may begin.
   */
  enter(hasFullTime: boolean): Admitted {
    if (this.#inProgress >= this.shape.maxConcurrent)
      throw unavailable('SUBGRAPH_BUSY', `${this.#inProgress} requests are in progress`);
    const breaker = this.#breaker;
    const entry = breaker?.tryEnter();
    if (breaker !== undefined && entry === undefined) throw circuitOpen(breaker);
    this.#inProgress += 1;
    return {
      onEnd: (status, error) => {
        this.#inProgress -= 1;
        if (entry === undefined || breaker === undefined) return;
        breaker.end(entry, outcomeOf(status, error, hasFullTime));
        if (breaker.openedBy === undefined) this.#releaseLine();
      },
      line: breaker?.isInDoubt === true ? this.#line : undefined,
    };
  }

  #releaseLine(): void {
    if (this.#line?.isEmpty === false && this.#breaker?.isInDoubt === false) this.#line.release();
  }
}

const REASONS: Readonly<Record<OpeningCause, string>> = {
  failures: 'too many of its last requests failed',
  silence: 'it has stopped answering',
};

const circuitOpen = ({ openedBy }: CircuitBreaker) =>
  unavailable('SUBGRAPH_CIRCUIT_OPEN', REASONS[openedBy ?? 'failures']);

const unavailable = (...given: ConstructorParameters<typeof SubgraphUnavailableError>) =>
  withoutStack(() => new SubgraphUnavailableError(...given));

/** What was cut short says nothing of the subgraph: else any client could open its circuit, by giving it no time. */
function outcomeOf(status: number | undefined, error: Error | undefined, hasFullTime: boolean): Outcome {
  if (status !== undefined) return status >= 500 ? 'failed' : 'succeeded';
  if (error instanceof SubgraphUnavailableError) return 'unknown';
  if (error instanceof RequestTimeoutError) return hasFullTime ? 'unanswered' : 'unknown';
  return error?.name === 'AbortError' ? 'unknown' : 'unanswered';
}

export interface SubgraphShapes {
  /** Of subgraphs that `subgraphs` does not name. */
  readonly all: SubgraphShape;
  readonly subgraphs: ReadonlyMap<string, SubgraphShape>;
}

/** The guards of all subgraphs, made as they are asked for. */
export class SubgraphGuards implements Iterable<SubgraphGuard> {
  readonly #shapes: SubgraphShapes;
  readonly #signerOf: (subgraph: string) => SignRequest | undefined;
  readonly #guards = new Map<string, SubgraphGuard>();

  constructor(
    shapes: SubgraphShapes,
    signerOf: (subgraph: string) => SignRequest | undefined = () => undefined,
  ) {
    this.#shapes = shapes;
    this.#signerOf = signerOf;
  }

  of(subgraph: string): SubgraphGuard {
    let guard = this.#guards.get(subgraph);
    if (guard === undefined) {
      const { all, subgraphs } = this.#shapes;
      guard = new SubgraphGuard(subgraph, subgraphs.get(subgraph) ?? all, this.#signerOf(subgraph));
      this.#guards.set(subgraph, guard);
    }
    return guard;
  }

  [Symbol.iterator](): Iterator<SubgraphGuard> {
    return this.#guards.values();
  }
}
