import { Cancellation } from '../cancellation.ts';
import { InFlight } from '../in-flight.ts';
import { SharedWork } from '../shared-work.ts';
import type { Answer } from './answer.ts';

/**
 * Equal queries of anonymous clients that are in flight at the same time are answered once.
 *
 * Never mutations, and never in the name of a caller. Whoever writes through this process sees it in the next
 * answer: no query joins one that began before a write ended.
 */
export class SharedAnswers {
  #answers = new InFlight<SharedWork<Answer>>();

  /** The answer to an equal query that is in flight. */
  join(key: string, cancellation: Cancellation): Promise<Answer> | undefined {
    // A key is a whole request: looking for it makes a hash of all of it.
    return this.#answers.size === 0 ? undefined : this.#answers.get(key)?.waitFor(cancellation);
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
    const answers = this.#answers;
    const forget = (): void => {
      answers.delete(key, shared);
    };
    const shared = new SharedWork(answer, () => {
      forget();
      own.cancel();
    });
    const running = run(own, () => {
      answers.set(key, shared);
    }).finally(forget);
    return shared.waitFor(cancellation);
  }

  /** Queries from now on are answered anew. */
  forget(): void {
    if (this.#answers.size > 0) this.#answers = new InFlight();
  }
}
