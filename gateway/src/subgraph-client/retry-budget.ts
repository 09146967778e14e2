/** Retries that are allowed whatever was asked before: a quiet gateway may retry too. */
const RESERVE = 10;
/** What is saved up lasts so long: a quiet night does not pay for a storm in the morning. */
const MOST_SAVED = 100;

/**
 * Keeps retries to a share of requests: when everything fails, asking everything again would only make it worse.
 *
 * @see https://twitter.github.io/finagle/guide/Clients.html#retries
 */
export class RetryBudget {
  readonly #perRequest: number;
  #left = RESERVE;

  /** @param percent Retries for a hundred requests. */
  constructor(percent: number) {
    this.#perRequest = percent / 100;
  }

  onRequest(): void {
    this.#left = Math.min(MOST_SAVED, this.#left + this.#perRequest);
  }

  tryRetry(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
