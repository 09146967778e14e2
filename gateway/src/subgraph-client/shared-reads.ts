import type { Cancellation } from '../cancellation.ts';
import type { Exchange, RawResponse } from './exchange.ts';

interface Read {
  readonly exchange: Exchange;
  waiting: number;
}

/**
 * Equal reads that are in flight at the same time are asked once.
 *
 * Equal are reads to one subgraph with one body in the name of one caller. Whoever writes through this process
 * sees it in what is read next: no read joins one that began before a write ended.
 */
export class SharedReads {
  #reads = new Map<string, Read>();
  /** Reads that were spared. */
  joined = 0;

  async read(key: string, cancellation: Cancellation, start: () => Exchange): Promise<RawResponse> {
    let read = this.#reads.get(key);
    if (read === undefined) {
      const started: Read = { exchange: start(), waiting: 0 };
      const reads = this.#reads;
      const forget = (): void => {
        if (reads.get(key) === started) reads.delete(key);
      };
      started.exchange.response.then(forget, forget);
      this.#reads.set(key, started);
      read = started;
    } else this.joined += 1;
    return this.#wait(key, read, cancellation);
  }

  /** Reads from now on begin anew. */
  forget(): void {
    if (this.#reads.size > 0) this.#reads = new Map();
  }

  async #wait(key: string, read: Read, cancellation: Cancellation): Promise<RawResponse> {
    read.waiting += 1;
    const stopListening = cancellation.onCancel(() => {
      read.waiting -= 1;
      if (read.waiting > 0) return;
      if (this.#reads.get(key) === read) this.#reads.delete(key);
      read.exchange.abort();
    });
    try {
      return await read.exchange.response;
    } finally {
      stopListening();
    }
  }
}
