import { Worker } from 'node:worker_threads';
import { PlanningFailedError } from './planning-errors.ts';
import type {
  LoadedSupergraph,
  OperationToPrepare,
  PlanningReply,
  PlanningRequest,
  PreparedOperation,
  SupergraphToLoad,
} from './protocol.ts';

/** Built, the thread is one file beside this one; from source it needs a loader. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './start-thread.mjs' : './planner-thread.js',
  import.meta.url,
);

/** A plan that needs more than this is an attack; only its thread ends. */
const MAX_HEAP_MB = 1_024;

type Ask = PlanningRequest extends infer Request
  ? Request extends unknown
    ? Omit<Request, 'id'>
    : never
  : never;

/** The serving thread's end of one planning thread: one question at a time. */
export class PlannerThread {
  broken = false;
  jobsDone = 0;
  readonly #worker: Worker;
  readonly #loaded = new Set<number>();
  readonly #supergraphOf: (snapshot: number) => SupergraphToLoad | undefined;
  readonly #asked = new Map<number, { resolve(reply: PlanningReply): void; reject(error: Error): void }>();
  #nextId = 1;
  #busy = false;
  #preparingSince: number | undefined;

  constructor(supergraphOf: (snapshot: number) => SupergraphToLoad | undefined) {
    this.#supergraphOf = supergraphOf;
    // Flags of the serving process, its memory settings above all, are not the thread's.
    this.#worker = new Worker(ENTRY, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 32 },
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: PlanningReply) => {
      const asked = this.#asked.get(reply.id);
      this.#asked.delete(reply.id);
      asked?.resolve(reply);
    });
    this.#worker.on('error', (error) => {
      this.#break(new PlanningFailedError(`the planning thread failed: ${error.message}`));
    });
    this.#worker.on('exit', () => {
      this.#break(new PlanningFailedError('the planning thread ended'));
    });
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** How long it has been at the current operation; 0 while it starts or loads a supergraph, which are no operation's fault. */
  get preparingForMs(): number {
    return this.#preparingSince === undefined ? 0 : performance.now() - this.#preparingSince;
  }

  knows(snapshot: number): boolean {
    return this.#loaded.has(snapshot);
  }

  load(snapshot: number, supergraph: SupergraphToLoad): Promise<LoadedSupergraph> {
    return this.#work(() => this.#load(snapshot, supergraph));
  }

  /** @param onBegin Called when the thread is there and has the supergraph. */
  prepare(snapshot: number, operation: OperationToPrepare, onBegin: () => void): Promise<PreparedOperation> {
    return this.#work(async () => {
      const supergraph = this.#supergraphOf(snapshot);
      if (supergraph === undefined) throw new PlanningFailedError('the supergraph is not in use any more');
      if (!this.knows(snapshot)) await this.#load(snapshot, supergraph);
      this.#preparingSince = performance.now();
      onBegin();
      const reply = await this.#ask({ kind: 'prepare', snapshot, ...operation });
      if (!('prepared' in reply))
        throw new PlanningFailedError('failure' in reply ? reply.failure : 'no answer');
      return reply.prepared;
    });
  }

  release(snapshot: number): void {
    if (!this.#loaded.delete(snapshot) || this.broken) return;
    this.#ask({ kind: 'release', snapshot }).catch(() => undefined);
  }

  /** @param reason What the job it is at is told. */
  async end(reason: Error): Promise<void> {
    this.#break(reason);
    await this.#worker.terminate();
  }

  async #load(snapshot: number, supergraph: SupergraphToLoad): Promise<LoadedSupergraph> {
    const reply = await this.#ask({ kind: 'load', snapshot, ...supergraph });
    if (!('loaded' in reply)) throw new PlanningFailedError('failure' in reply ? reply.failure : 'no answer');
    this.#loaded.add(snapshot);
    return reply.loaded;
  }

  async #work<T>(job: () => Promise<T>): Promise<T> {
    this.#busy = true;
    // A process that waits for a plan must not end before it is there.
    this.#worker.ref();
    try {
      return await job();
    } finally {
      this.#busy = false;
      this.#preparingSince = undefined;
      this.jobsDone += 1;
      this.#worker.unref();
    }
  }

  #ask(request: Ask): Promise<PlanningReply> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id });
    });
  }

  #break(reason: Error): void {
    this.broken = true;
    for (const { reject } of this.#asked.values()) reject(reason);
    this.#asked.clear();
  }
}
