import { clientKey, type AskingClient, type ClientKeyOptions } from '../client-key.ts';
import { stableShare } from '../stable-share.ts';
import type { RequestJournal } from '../telemetry/request-journal.ts';
import { CanarySide, findObjection, type CanaryLimits, type Objection } from './canary-evidence.ts';
import type { Snapshot } from './snapshot.ts';

export interface CanaryOptions extends CanaryLimits, ClientKeyOptions {
  /** Callers of a hundred that get the new supergraph. */
  readonly percent: number;
  /** How long both are served, in milliseconds. */
  readonly durationMs: number;
}

/** A new supergraph that some callers get while all others get the old one. */
export class Canary {
  readonly snapshot: Snapshot;
  /** Of the supergraph; the same on every machine. */
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly #options: CanaryOptions;
  readonly #old = new CanarySide();
  readonly #new = new CanarySide();

  constructor(snapshot: Snapshot, id: string, startedAt: number, options: CanaryOptions) {
    this.snapshot = snapshot;
    this.id = id;
    this.startedAt = startedAt;
    this.#options = options;
  }

  /** Whether this caller gets the new one: always the same, on every machine, but other callers with every supergraph. */
  takes(client: AskingClient): boolean {
    return stableShare(`${this.id} ${clientKey(client, this.#options).name}`) * 100 < this.#options.percent;
  }

  /** What became of a request, for the comparison. */
  record(isNew: boolean, journal: RequestJournal): void {
    (isNew ? this.#new : this.#old).record(journal);
  }

  get objection(): Objection | undefined {
    return findObjection(this.#old, this.#new, this.#options);
  }

  get requests(): { readonly old: number; readonly new: number } {
    return { old: this.#old.requests, new: this.#new.requests };
  }
}
