import { RequestCancelledError, type Cancellation } from './cancellation.ts';

/** Work that several requests wait for; given up when the last of them does not wait any more. */
export class SharedWork<T> {
  readonly #result: Promise<T>;
  readonly #abandon: () => void;
  #waiting = 0;

  /** @param abandon Ends the work; does no harm when it has ended by itself. */
  constructor(result: Promise<T>, abandon: () => void) {
    this.#result = result;
    this.#abandon = abandon;
  }

  waitFor(cancellation: Cancellation): Promise<T> {
    if (cancellation.isCancelled) return Promise.reject(RequestCancelledError.instance);
    this.#waiting += 1;
    cancellation.onCancel(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#abandon();
    });
    return this.#result;
  }
}
