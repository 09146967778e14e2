import type { Logger } from '@tributary/service-kit';

export type ChangedThing = 'checkout' | 'payment' | 'order';

export interface ChangeListener {
  /** It is not what it was; of an order: it was made. */
  changed(id: string): void;
  /** Nobody told for a while. What is watched may have changed; orders made meanwhile are told once more. */
  missed?(): void;
}

/** Tells what any instance changes, once it is committed. */
export interface ChangeFeed {
  /** Begins to listen, and goes on after every loss of the connection. */
  start(logger: Logger): void;
  stop(): Promise<void>;
  /**
   * @param id One of its things; undefined: all of them.
   * @returns ends it.
   */
  listen(thing: ChangedThing, id: string | undefined, listener: ChangeListener): () => void;
}
