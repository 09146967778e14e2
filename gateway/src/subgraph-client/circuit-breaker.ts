import { Silence } from './silence.ts';

export interface CircuitBreakerOptions {
  /** Share of failed requests that opens the circuit, in percent. */
  readonly errorPercent: number;
  /** Fewer requests than these in the window say nothing. */
  readonly minRequests: number;
  /** What counts as lately, in milliseconds. */
  readonly windowMs: number;
  /** How long nothing is asked before a request tries, and until the next one does, in milliseconds. */
  readonly openMs: number;
  /** Longest that `minRequests` may wait while none is answered, in milliseconds, unless it takes long as a rule. */
  readonly maxSilenceMs: number;
}

export type OpeningCause = 'failures' | 'silence';

type State =
  | { readonly kind: 'closed'; readonly since: number }
  | { readonly kind: 'open'; readonly cause: OpeningCause; nextTrialAt: number };

/** A request as usual, or one that tries whether the subgraph is back. */
export interface Entry {
  readonly kind: 'usual' | 'trial';
  readonly begun: number;
}

/** `failed` with an answer, `unanswered` without; `unknown`: it was given up before it could be told. */
export type Outcome = 'succeeded' | 'failed' | 'unanswered' | 'unknown';

interface Slice {
  readonly index: number;
  requests: number;
  failures: number;
}

const NO_FAILURES = { count: 0, since: 0 };

/** The window moves in steps of a tenth. */
const SLICES = 10;

/**
 * Stops asking a subgraph that has failed too often lately, or that many wait for and none is answered: its clients get their error
 * at once, nothing more waits for it, and it is left alone to come back.
 *
 * From time to time one request tries; the first that succeeds closes the circuit. After silence, so does any that still waited:
 * nothing is refused for longer than it lasts.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #now: () => number;
  readonly #silence: Silence;
  #state: State = { kind: 'closed', since: -Infinity };
  #slices: Slice[] = [];
  #row = NO_FAILURES;

  /** @param now Milliseconds that never go back. */
  constructor(options: CircuitBreakerOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
    this.#silence = new Silence(options, now);
  }

  /** Why nothing but trials is let through; undefined: everything is. */
  get openedBy(): OpeningCause | undefined {
    return this.#state.kind === 'open' ? this.#state.cause : undefined;
  }

  /** Whether what has not been sent had better wait: nothing is answered, and it is not known yet whether anything will be. */
  get isInDoubt(): boolean {
    return this.#state.kind === 'closed' && this.#silence.isDoubtful;
  }

  /** Opens when there has been silence for too long. */
  look(): void {
    if (this.#state.kind === 'closed' && this.#silence.isTooLong) this.#open('silence');
  }

  /** @returns As what a request may be sent now, to be handed to `end` with its outcome; undefined: not at all. */
  tryEnter(): Entry | undefined {
    this.look();
    if (this.#state.kind === 'closed') return { kind: 'usual', begun: this.#silence.begin() };
    const now = this.#now();
    if (now < this.#state.nextTrialAt) return undefined;
    // One that hangs keeps none from finding out that the subgraph is back.
    this.#state.nextTrialAt = now + this.#options.openMs;
    return { kind: 'trial', begun: this.#silence.begin() };
  }

  end({ kind, begun }: Entry, outcome: Outcome): void {
    this.#silence.end(begun, outcome === 'succeeded' || outcome === 'failed');
    if (this.#state.kind === 'open') {
      // What was sent before too much had failed says nothing new.
      if (outcome === 'succeeded' && (kind === 'trial' || this.#state.cause === 'silence')) this.#close();
      else if (outcome === 'unknown' && kind === 'trial') this.#state.nextTrialAt = this.#now();
      return;
    }
    // Nor do those that were given no answer before the subgraph was back.
    if (outcome === 'unknown' || begun < this.#state.since) return;
    const slice = this.#currentSlice();
    slice.requests += 1;
    if (outcome === 'succeeded') {
      this.#row = NO_FAILURES;
      return;
    }
    slice.failures += 1;
    const requests = this.#slices.reduce((sum, each) => sum + each.requests, 0);
    const failures = this.#slices.reduce((sum, each) => sum + each.failures, 0);
    const { errorPercent, minRequests } = this.#options;
    // A busy subgraph that is gone has thousands that succeeded in its window: nothing is the better for those.
    if (this.#failuresInRow() >= minRequests) this.#open('failures');
    else if (requests >= minRequests && failures * 100 >= requests * errorPercent) this.#open('failures');
  }

  #open(cause: OpeningCause): void {
    this.#state = { kind: 'open', cause, nextTrialAt: this.#now() + this.#options.openMs };
  }

  #close(): void {
    this.#state = { kind: 'closed', since: this.#now() };
    this.#slices = [];
    this.#row = NO_FAILURES;
  }

  /** With the one that has just failed; those within a window. */
  #failuresInRow(): number {
    const now = this.#now();
    const { count, since } = this.#row;
    this.#row =
      count > 0 && now - since < this.#options.windowMs
        ? { count: count + 1, since }
        : { count: 1, since: now };
    return this.#row.count;
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
