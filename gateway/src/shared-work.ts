import { RequestCancelledError, type Cancellation } from './cancellation.ts';

/** Work that several requests wait for; given up when the last of them does not wait any more. */
export class SharedWork<T> {
  readonly #result: Promise<T>;
  readonly #abandon: () => void;
  readonly #prepare: ((result: T) => T) | undefined;
  #prepared: Promise<T> | undefined;
  #waiting = 0;

  /**
   * @param abandon Ends the work; does no harm when it has ended by itself.
   * @param prepare Makes the result, once, as it is best for many; the first who waits gets it as it came.
   */
  constructor(result: Promise<T>, abandon: () => void, prepare?: (result: T) => T) {
    this.#result = result;
    this.#abandon = abandon;
    this.#prepare = prepare;
  }

  waitFor(cancellation: Cancellation): Promise<T> {
    if (cancellation.isCancelled) return Promise.reject(RequestCancelledError.instance);
    this.#waiting += 1;
    cancellation.onCancel(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#abandon();
    });
    if (this.#waiting === 1 || this.#prepare === undefined) return this.#result;
    return (this.#prepared ??= this.#result.then(this.#prepare));
  }
}
