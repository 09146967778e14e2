import type { Cancellation } from '../cancellation.ts';
import { InFlight } from '../in-flight.ts';
import { SharedWork } from '../shared-work.ts';
import type { Exchange, RawResponse } from './exchange.ts';

type Reads = InFlight<SharedWork<RawResponse>>;

/**
 * Equal reads that are in flight at the same time are asked once.
 *
 * Equal are reads that ask one subgraph the same in the name of one caller, however their operations are named. Whoever
 * writes through this process sees it in what is read next: no read joins one that began before a write ended.
 */
export class SharedReads {
  /** By subgraph and caller, then by what is asked: that is long enough without them. */
  #reads = new InFlight<Reads>();

  /**
   * @param source The subgraph and the caller.
   * @param asked Equal where the same is asked.
   */
  read(
    source: string,
    asked: string,
    cancellation: Cancellation,
    start: () => Exchange,
  ): Promise<RawResponse> {
    const read = this.#reads.get(source)?.get(asked) ?? this.#begin(source, asked, start());
    return read.waitFor(cancellation);
  }

  /** Reads from now on begin anew. */
  forget(): void {
    if (this.#reads.size > 0) this.#reads = new InFlight();
  }

  #begin(source: string, asked: string, exchange: Exchange): SharedWork<RawResponse> {
    const reads = this.#reads.get(source) ?? new InFlight<SharedWork<RawResponse>>();
    if (reads.size === 0) this.#reads.set(source, reads);
    const end = (): void => {
      reads.delete(asked, read);
      if (reads.size === 0) this.#reads.delete(source, reads);
    };
    const read = new SharedWork(exchange.response, () => {
      end();
      exchange.abort();
    });
    reads.set(asked, read);
    exchange.response.then(end, end);
    return read;
  }
}
