import { SlowConsumerError } from './subscription-errors.ts';

export interface EventQueueOptions {
  /** Most events that wait. */
  readonly maxWaiting: number;
  /** Called once when the subscription ends, however it does. */
  readonly onEnd: () => void;
}

/**
 * Events of one subscription, from where they happen to who reads them.
 *
 * Equal events that wait are one: a subscriber is told that something changed and reads what it is by then, so one that is
 * slow sees fewer states, never an old one, and what waits for it cannot grow beyond what it watches.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #waiting = new Set<T>();
  readonly #options: EventQueueOptions;
  #wakeReader: (() => void) | undefined;
  #ended = false;
  #failure: Error | undefined;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** An event; when too many wait the subscription ends with an error instead, since none may be left out. */
  push(event: T): void {
    if (this.#ended) return;
    if (!this.#waiting.has(event) && this.#waiting.size >= this.#options.maxWaiting)
      this.fail(new SlowConsumerError());
    else this.#waiting.add(event);
    this.#wakeReader?.();
  }

  /** Ends the subscription with an error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#end();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (!this.#ended && this.#waiting.size === 0) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const [event] = this.#waiting;
    if (this.#ended || event === undefined) return { done: true, value: undefined };
    this.#waiting.delete(event);
    return { done: false, value: event };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting.clear();
    this.#wakeReader?.();
    this.#options.onEnd();
  }
}
