import type { Cancellation } from '../cancellation.ts';
import type { Exchange, RawResponse } from './exchange.ts';

interface Read {
  readonly exchange: Exchange;
  /** Where it is found while it is in flight. */
  readonly reads: Map<string, Read>;
  readonly body: string;
  waiting: number;
}

/**
 * Equal reads that are in flight at the same time are asked once.
 *
 * Equal are reads to one subgraph with one body in the name of one caller. Whoever writes through this process
 * sees it in what is read next: no read joins one that began before a write ended.
 */
export class SharedReads {
  /** By subgraph and caller, then by body: a body is long, and is not copied to make a key. */
  #reads = new Map<string, Map<string, Read>>();
  /** Reads that were spared. */
  joined = 0;

  /** @param source The subgraph and the caller. */
  read(
    source: string,
    body: string,
    cancellation: Cancellation,
    start: () => Exchange,
  ): Promise<RawResponse> {
    let reads = this.#reads.get(source);
    if (reads === undefined) this.#reads.set(source, (reads = new Map<string, Read>()));
    let read = reads.get(body);
    if (read === undefined) {
      read = { exchange: start(), reads, body, waiting: 0 };
      reads.set(body, read);
    } else this.joined += 1;
    return this.#wait(source, read, cancellation);
  }

  /** Reads from now on begin anew. */
  forget(): void {
    if (this.#reads.size > 0) this.#reads = new Map();
  }

  async #wait(source: string, read: Read, cancellation: Cancellation): Promise<RawResponse> {
    read.waiting += 1;
    const stopListening = cancellation.onCancel(() => {
      read.waiting -= 1;
      if (read.waiting > 0) return;
      this.#end(source, read);
      read.exchange.abort();
    });
    try {
      return await read.exchange.response;
    } finally {
      stopListening();
      this.#end(source, read);
    }
  }

  #end(source: string, read: Read): void {
    const { reads, body } = read;
    if (reads.get(body) !== read) return;
    reads.delete(body);
    if (reads.size === 0 && this.#reads.get(source) === reads) this.#reads.delete(source);
  }
}
