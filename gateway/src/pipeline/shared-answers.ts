import { Cancellation } from '../cancellation.ts';
import type { Answer } from './answer.ts';

interface SharedAnswer {
  readonly answer: Promise<Answer>;
  readonly cancellation: Cancellation;
  waiting: number;
}

/**
 * Equal queries of anonymous clients that are in flight at the same time are answered once.
 *
 * Never mutations, and never in the name of a caller. Whoever writes through this process sees it in the next
 * answer: no query joins one that began before a write ended.
 */
export class SharedAnswers {
  #answers = new Map<string, SharedAnswer>();
  /** Answers that were spared. */
  joined = 0;

  /** The answer to an equal query that is in flight. */
  join(key: string, cancellation: Cancellation): Promise<Answer> | undefined {
    const shared = this.#answers.get(key);
    if (shared === undefined) return undefined;
    this.joined += 1;
    return this.#wait(key, shared, cancellation);
  }

  /**
   * @param run Answers the query; called at once with a cancellation of its own, and with what offers it to others
   *   once it is known that it may be shared.
   */
  start(
    key: string,
    cancellation: Cancellation,
    run: (cancellation: Cancellation, offer: () => void) => Promise<Answer>,
  ): Promise<Answer> {
    const own = new Cancellation();
    // Made before the query runs: it may be offered, and joined, while it does.
    const answer = new Promise<Answer>((resolve, reject) => {
      queueMicrotask(() => {
        running.then(resolve, reject);
      });
    });
    const shared: SharedAnswer = { answer, cancellation: own, waiting: 0 };
    const answers = this.#answers;
    const forget = (): void => {
      if (answers.get(key) === shared) answers.delete(key);
    };
    const running = run(own, () => answers.set(key, shared)).finally(forget);
    return this.#wait(key, shared, cancellation);
  }

  /** Queries from now on are answered anew. */
  forget(): void {
    if (this.#answers.size > 0) this.#answers = new Map();
  }

  async #wait(key: string, shared: SharedAnswer, cancellation: Cancellation): Promise<Answer> {
    shared.waiting += 1;
    const stopListening = cancellation.onCancel(() => {
      shared.waiting -= 1;
      if (shared.waiting > 0) return;
      if (this.#answers.get(key) === shared) this.#answers.delete(key);
      shared.cancellation.cancel();
    });
    try {
      return await shared.answer;
    } finally {
      stopListening();
    }
  }
}
