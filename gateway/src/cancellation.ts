/** Nobody waits for the answer any more. One for all: nobody reads its stack. */
export class RequestCancelledError extends Error {
  static readonly instance = new RequestCancelledError();
  private constructor() {
    super('Nobody waits for the answer any more.');
    this.name = 'RequestCancelledError';
  }
}

/**
 * Whether anybody still waits for an answer. What an AbortSignal is, at a hundredth of its cost: every request
 * has one, and nearly none is ever cancelled.
 */
export class Cancellation {
  #isCancelled = false;
  #listeners: Set<() => void> | undefined;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = undefined;
  }

  /** Resolves after so many milliseconds, or when it is cancelled. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      let forget = (): unknown => undefined;
      const timer = setTimeout(() => {
        forget();
        resolve();
      }, ms);
      forget = this.onCancel(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Calls back once, at once when it is cancelled already. @returns what takes the listener back. */
  onCancel(listener: () => void): () => void {
    if (this.#isCancelled) {
      listener();
      return () => undefined;
    }
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
}
