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
    const answers = this.#answers;
    // It may be offered at once, while there is nothing yet that could be joined.
    const offered: { isOffered: boolean; work?: SharedWork<Answer> } = { isOffered: false };
    const running = run(own, () => {
      offered.isOffered = true;
      if (offered.work !== undefined) answers.set(key, offered.work);
    });
    const forget = (): void => {
      if (offered.isOffered) answers.delete(key, work);
    };
    const abandon = (): void => {
      forget();
      own.cancel();
    };
    const work = new SharedWork(running, abandon, inBytes);
    offered.work = work;
    if (offered.isOffered) answers.set(key, work);
    running.then(forget, forget);
    return work.waitFor(cancellation);
  }

  /** Queries from now on are answered anew. */
  forget(): void {
    if (this.#answers.size > 0) this.#answers = new InFlight();
  }
}

/** Encoded once for all who are sent it. */
function inBytes(answer: Answer): Answer {
  const { status, body, isAscii, headers, result } = answer;
  if (typeof body !== 'string') return answer;
  const bytes = Buffer.from(body, isAscii === true ? 'latin1' : 'utf8');
  return { status, body: bytes, headers, ...(result === undefined ? {} : { result }) };
}
