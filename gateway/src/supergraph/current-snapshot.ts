import type { Logger } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import type { Objection } from './canary-evidence.ts';
import { Canary, type CanaryOptions } from './canary.ts';
import { buildSnapshot, type Snapshot, type SnapshotOptions } from './snapshot.ts';
import { warmUp } from './warm-up.ts';
import { watchCanary } from './watch-canary.ts';

/** What may become of a canary. */
export type CanaryOutcome = 'started' | 'promoted' | 'returned' | 'superseded';

/** What the next configuration goes on with. */
export interface Serving {
  readonly current: Snapshot;
  /** Undefined: every caller gets the current one. */
  readonly canary: Canary | undefined;
  /** Id of the supergraph that was a canary and was returned from; it is not tried again before another one comes. */
  readonly refused: string | undefined;
}

export interface CurrentSnapshotOptions extends SnapshotOptions {
  /** Undefined: a new supergraph is for everybody at once. */
  readonly canary: CanaryOptions | undefined;
  readonly logger: Logger;
  readonly onCanary?: ((outcome: CanaryOutcome, id: string) => void) | undefined;
}

/**
 * The snapshots that new requests get. Each keeps the one it began with; an old one is freed with the last request that
 * holds it.
 */
export class CurrentSnapshot implements Serving {
  #current: Snapshot;
  #canary: Canary | undefined;
  #refused: string | undefined;
  #stopWatching: () => void = () => undefined;
  #isStopped = false;
  readonly #options: CurrentSnapshotOptions;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();

  private constructor(current: Snapshot, refused: string | undefined, options: CurrentSnapshotOptions) {
    this.#current = current;
    this.#refused = refused;
    this.#options = options;
  }

  /**
   * @param previous What is asked most of it is prepared before the first request; with canaries, what it has of them
   *   goes on.
   * @throws what `buildSnapshot` throws.
   */
  static async create(
    supergraphSdl: string,
    options: CurrentSnapshotOptions,
    previous?: Serving,
  ): Promise<CurrentSnapshot> {
    const goesOn = options.canary !== undefined && previous !== undefined;
    const sdl = goesOn ? previous.current.supergraphSdl : supergraphSdl;
    const current = await buildSnapshot(sdl, options);
    if (previous !== undefined) await warmUp(current, previous.current);
    const snapshots = new CurrentSnapshot(current, goesOn ? previous.refused : undefined, options);
    if (goesOn) await snapshots.#try(supergraphSdl, previous.canary);
    return snapshots;
  }

  get current(): Snapshot {
    return this.#current;
  }

  get canary(): Canary | undefined {
    return this.#canary;
  }

  get refused(): string | undefined {
    return this.#refused;
  }

  /**
   * Builds the next snapshot and prepares on it what is asked most, before it takes a request.
   *
   * @throws what `buildSnapshot` throws; everything then stays.
   */
  async replace(supergraphSdl: string): Promise<void> {
    if (this.#options.canary === undefined && supergraphSdl !== this.#current.supergraphSdl)
      this.#serve(await this.#build(supergraphSdl));
    else await this.#try(supergraphSdl, undefined);
  }

  /** Calls with every new snapshot that is for everybody. */
  onChange(listener: (snapshot: Snapshot) => void): void {
    this.#listeners.add(listener);
  }

  /** Does what another process did with the same supergraph. */
  async follow(outcome: CanaryOutcome, id: string): Promise<void> {
    if (outcome === 'returned') {
      this.#refused = id;
      if (this.#canary?.id === id) this.#end('returned', { 'tributary.canary.reason': 'another process' });
    } else if (outcome === 'promoted' && this.#canary?.id === id) await this.#promote(this.#canary);
  }

  /** Nothing changes any more. */
  stop(): void {
    this.#isStopped = true;
    this.#stopWatching();
  }

  async #build(supergraphSdl: string): Promise<Snapshot> {
    const next = await buildSnapshot(supergraphSdl, this.#options);
    await warmUp(next, this.#current);
    return next;
  }

  /** Begins a canary, or goes on with the one of the previous configuration. */
  async #try(supergraphSdl: string, previous: Canary | undefined): Promise<void> {
    const { canary: options } = this.#options;
    const id = idOf(supergraphSdl);
    if (options === undefined || id === this.#refused || id === this.#canary?.id) return;
    if (supergraphSdl === this.#current.supergraphSdl) {
      this.#refused = undefined;
      if (this.#canary !== undefined) this.#end('superseded', {});
      return;
    }
    const next = await this.#build(supergraphSdl);
    // Told by another process meanwhile.
    if (id === this.#refused || this.#isStopped) return;
    this.#refused = undefined;
    if (this.#canary !== undefined) this.#end('superseded', {});
    const isSame = previous?.id === id;
    const canary = new Canary(next, id, isSame ? previous.startedAt : Date.now(), options);
    this.#canary = canary;
    this.#stopWatching = watchCanary(canary, options.durationMs, {
      onTime: () => void this.#promote(canary),
      onObjection: (objection) => {
        this.#return(objection);
      },
    });
    if (!isSame) this.#tell('started', canary, { 'tributary.canary.percent': options.percent });
  }

  async #promote(canary: Canary): Promise<void> {
    // What only the others have asked meanwhile.
    await warmUp(canary.snapshot, this.#current);
    if (this.#canary !== canary || this.#isStopped) return;
    this.#end('promoted', {});
    this.#serve(canary.snapshot);
  }

  #return(objection: Objection): void {
    this.#refused = this.#canary?.id;
    this.#end('returned', {
      'tributary.canary.reason': objection.reason,
      'tributary.canary.old': objection.old,
      'tributary.canary.new': objection.new,
    });
  }

  #end(outcome: CanaryOutcome, fields: Readonly<Record<string, unknown>>): void {
    const canary = this.#canary;
    this.#stopWatching();
    this.#canary = undefined;
    if (canary !== undefined)
      this.#tell(outcome, canary, { 'tributary.canary.requests': canary.requests, ...fields });
  }

  #tell(outcome: CanaryOutcome, { id }: Canary, fields: Readonly<Record<string, unknown>>): void {
    const { logger, onCanary } = this.#options;
    const entry = { 'tributary.canary.id': id, ...fields };
    if (outcome === 'returned')
      logger.error(entry, 'canary returned: everybody gets the old supergraph again');
    else logger.info(entry, `canary ${outcome}`);
    onCanary?.(outcome, id);
  }

  #serve(next: Snapshot): void {
    this.#current = next;
    for (const listener of this.#listeners) listener(next);
  }
}

const idOf = (supergraphSdl: string): string => createHash('sha256').update(supergraphSdl).digest('hex');
