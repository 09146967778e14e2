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
  #listeners: (() => void)[] | undefined;

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
      const timer = setTimeout(resolve, ms);
      this.onCancel(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Calls back once, at once when it is cancelled already. */
  onCancel(listener: () => void): void {
    if (this.#isCancelled) listener();
    else (this.#listeners ??= []).push(listener);
  }
}
