import type { ChangedThing, ChangeListener } from '../change-feed.ts';

const ALL = '*';

/** Who listens to what. */
export class ChangeListeners {
  readonly #listeners = new Map<string, Set<ChangeListener>>();

  /** @returns ends it. */
  add(thing: ChangedThing, id: string | undefined, listener: ChangeListener): () => void {
    const topic = topicOf(thing, id);
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      // Another set may be there by now.
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  changed(thing: ChangedThing, id: string): void {
    for (const topic of [topicOf(thing, id), topicOf(thing, undefined)])
      for (const listener of this.#listeners.get(topic) ?? []) listener.changed(id);
  }

  missed(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener.missed?.();
  }
}

const topicOf = (thing: ChangedThing, id = ALL): string => `${thing} ${id}`;
