/** Whoever has not departed yet. What has ended meanwhile does neither. */
export interface Waiting {
  depart(): void;
  refuse(reason: Error): void;
}

/** How often it is looked what became of the silence, in milliseconds: nothing else need happen meanwhile. */
const LOOK_INTERVAL_MS = 10;
/** A thousand, the most that wait by default, are told within little more than a second. */
const REFUSED_AT_ONCE = 8;

/**
 * Requests to a subgraph that has fallen silent wait here, not there.
 *
 * One that has departed holds a socket, which must be closed when it times out, and nothing can be told of it before. One
 * that waits here departs when the subgraph speaks again, or is refused after a while.
 */
export class WaitingLine {
  readonly #look: () => void;
  /** In the order in which they came. */
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param look Called while anyone waits, to release or refuse them. */
  constructor(look: () => void) {
    this.#look = look;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  enter(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#timer ??= setInterval(this.#look, LOOK_INTERVAL_MS);
  }

  release(): void {
    for (const waiting of this.#leave(this.#waiting.length)) waiting.depart();
  }

  /**
   * Those that came first: all at once would take a while to be told, in which nobody else is answered, and until then
   * the subgraph may be back.
   */
  refuseSome(reason: Error): void {
    for (const waiting of this.#leave(REFUSED_AT_ONCE)) waiting.refuse(reason);
  }

  #leave(count: number): readonly Waiting[] {
    const leaving = this.#waiting.splice(0, count);
    if (this.isEmpty) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return leaving;
  }
}
