/** A Map that takes in more may live through two collections of the young generation, and is old then. */
const ENTRIES_OF_A_MAP = 64;

/**
 * What is in progress, by key: entries that come and go by the thousand a second.
 *
 * V8 moves the entries of a Map to a new table each time half of the places were used, and has the old table, with all
 * that stood in it, point to the new one. Once a table has grown old enough to be collected only with the whole heap, so
 * does everything that was in progress at each later move. A Map made anew is not pointed to.
 */
export class InFlight<Value> {
  #entries = new Map<string, Value>();
  #added = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#added >= Math.max(ENTRIES_OF_A_MAP, this.#entries.size)) {
      this.#entries = new Map(this.#entries);
      this.#added = 0;
    }
    this.#added += 1;
    this.#entries.set(key, value);
  }

  /** Unless another value has the key by now. */
  delete(key: string, value: Value): void {
    if (this.#entries.get(key) === value) this.#entries.delete(key);
  }
}
