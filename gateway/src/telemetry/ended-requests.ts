import type { RequestJournal } from './request-journal.ts';

/** Long enough for dozens of requests to come together under load, and nothing to whoever reads logs and metrics. */
const TOGETHER_MS = 20;
/** Enough to be told of in a row. What more would wait lives through collections of garbage that would else find it dead. */
const MOST_TOGETHER = 64;

/**
 * Requests that are over and not yet told of. One by one, in the middle of other work, telling finds neither its code nor its
 * data in the processor's caches, and takes twice as long as when many are told of in a row.
 */
export class EndedRequests {
  readonly #tell: (journal: RequestJournal) => void;
  readonly #waiting: RequestJournal[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (journal: RequestJournal) => void) {
    this.#tell = tell;
  }

  add(journal: RequestJournal): void {
    if (this.#waiting.push(journal) === MOST_TOGETHER) {
      this.tellAll();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.tellAll();
    }, TOGETHER_MS);
  }

  /** Now: somebody reads what they add up to, or the process ends. */
  tellAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Taken out, not left in an array of their own: stage.ts says why.
    for (const journal of this.#waiting.splice(0)) this.#tell(journal);
  }
}
