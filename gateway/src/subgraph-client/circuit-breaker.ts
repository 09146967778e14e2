export interface CircuitBreakerOptions {
  /** Share of failed requests that opens the circuit, in percent. */
  readonly errorPercent: number;
  /** Fewer requests than these in the window say nothing. */
  readonly minRequests: number;
  /** What counts as lately, in milliseconds. */
  readonly windowMs: number;
  /** How long nothing is asked before one request tries, in milliseconds. */
  readonly openMs: number;
}

type State =
  { readonly kind: 'closed' } | { readonly kind: 'open'; readonly until: number; isTrying: boolean };

/** A request as usual, or the one that tries whether the subgraph is back. */
export type Entry = 'usual' | 'trial';

/** `unknown`: it was given up before it could be told. */
export type Outcome = 'succeeded' | 'failed' | 'unknown';

interface Slice {
  readonly index: number;
  requests: number;
  failures: number;
}

/** The window moves in steps of a tenth. */
const SLICES = 10;

/**
 * Stops asking a subgraph that has failed too often lately: its clients get their error at once, nothing waits for it,
 * and it is left alone to come back. After a while one request tries; it closes the circuit, or opens it again.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #now: () => number;
  #state: State = { kind: 'closed' };
  #slices: Slice[] = [];

  /** @param now Milliseconds that never go back. */
  constructor(options: CircuitBreakerOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open';
  }

  /** @returns As what a request may be sent now, to be handed to `end` with its outcome; undefined: not at all. */
  tryEnter(): Entry | undefined {
    if (this.#state.kind === 'closed') return 'usual';
    if (this.#state.isTrying || this.#now() < this.#state.until) return undefined;
    this.#state.isTrying = true;
    return 'trial';
  }

  end(entry: Entry, outcome: Outcome): void {
    if (entry === 'trial') {
      if (outcome === 'succeeded') this.#close();
      else if (outcome === 'failed') this.#open();
      else if (this.#state.kind === 'open') this.#state.isTrying = false;
      return;
    }
    // What was sent before the circuit opened says nothing new.
    if (this.#state.kind === 'open' || outcome === 'unknown') return;
    const slice = this.#currentSlice();
    slice.requests += 1;
    if (outcome === 'succeeded') return;
    slice.failures += 1;
    const requests = this.#slices.reduce((sum, each) => sum + each.requests, 0);
    const failures = this.#slices.reduce((sum, each) => sum + each.failures, 0);
    const { errorPercent, minRequests } = this.#options;
    if (requests >= minRequests && failures * 100 >= requests * errorPercent) this.#open();
  }

  #open(): void {
    this.#state = { kind: 'open', until: this.#now() + this.#options.openMs, isTrying: false };
  }

  #close(): void {
    this.#state = { kind: 'closed' };
    this.#slices = [];
  }

  #currentSlice(): Slice {
    const index = Math.floor((this.#now() / this.#options.windowMs) * SLICES);
    let last = this.#slices.at(-1);
    if (last?.index !== index) {
      this.#slices.push((last = { index, requests: 0, failures: 0 }));
      this.#slices = this.#slices.filter((slice) => slice.index > index - SLICES);
    }
    return last;
  }
}
