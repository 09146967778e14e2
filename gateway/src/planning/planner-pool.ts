import { availableParallelism } from 'node:os';
import { PlannerThread } from './planner-thread.ts';
import { PlanningTimeoutError, PlannerBusyError } from './planning-errors.ts';
import type {
  LoadedSupergraph,
  OperationToPrepare,
  PreparedOperation,
  SupergraphToLoad,
} from './protocol.ts';

/** How long an operation waits for a thread before another one is started for it. */
const PATIENCE_MS = 50;
/** How long an operation may keep a thread while others wait and every thread is kept by one like it. */
const LIMIT_UNDER_PRESSURE_MS = 500;
/** A second thread without work is given back. */
const IDLE_MS = 30_000;
/** Each waiting operation is a request held open. */
const MAX_WAITING = 1_000;

export interface PlannerPoolOptions {
  /** Longest an operation may take to be parsed, validated and planned, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxThreads?: number;
}

/** Threads that do everything with an operation that can take long. */
export interface PlannerPool {
  /** @throws PlanningFailedError with the reason when the SDL is no supergraph that can be served. */
  load(
    supergraph: SupergraphToLoad,
  ): Promise<{ readonly snapshot: number; readonly loaded: LoadedSupergraph }>;
  /**
   * @throws PlanningTimeoutError, PlannerBusyError, or PlanningFailedError when the thread broke.
   */
  prepare(snapshot: number, operation: OperationToPrepare): Promise<PreparedOperation>;
  /** Frees what the threads keep of a supergraph. */
  release(snapshot: number): void;
  /** Threads alive now. */
  readonly threads: number;
  close(): Promise<void>;
}

interface Job {
  readonly snapshot: number;
  run(thread: PlannerThread): Promise<void>;
  fail(error: Error): void;
}

/**
 * One thread does as long as plans come quickly. A second one is started when an operation has to wait, so that a
 * slow one delays nobody; when every thread is kept by slow ones, the slowest is ended.
 */
export function createPlannerPool({
  timeoutMs,
  maxThreads = Math.max(2, Math.min(4, availableParallelism())),
}: PlannerPoolOptions): PlannerPool {
  const supergraphs = new Map<number, SupergraphToLoad>();
  const threads = new Set<PlannerThread>();
  const waiting: Job[] = [];
  let nextSnapshot = 1;
  let impatience: NodeJS.Timeout | undefined;
  let closed = false;

  const spawn = (): PlannerThread => {
    const thread = new PlannerThread((snapshot) => supergraphs.get(snapshot));
    threads.add(thread);
    return thread;
  };
  const drop = (thread: PlannerThread, reason: Error): void => {
    threads.delete(thread);
    void thread.end(reason);
    assign();
  };
  const idle = (snapshot: number | undefined): PlannerThread | undefined => {
    const free = [...threads].filter((thread) => !thread.busy);
    return free.find((thread) => snapshot !== undefined && thread.knows(snapshot)) ?? free[0];
  };
  const start = (thread: PlannerThread, job: Job): void => {
    void job.run(thread).finally(() => {
      if (thread.broken) drop(thread, new Error('the planning thread ended'));
      else retireLater(thread);
      assign();
    });
  };
  const retireLater = (thread: PlannerThread): void => {
    const since = thread.jobsDone;
    setTimeout(() => {
      if (threads.size > 1 && !thread.busy && thread.jobsDone === since && threads.has(thread))
        drop(thread, new Error('retired'));
    }, IDLE_MS).unref();
  };
  const assign = (): void => {
    for (let job = waiting[0]; job !== undefined && !closed; job = waiting[0]) {
      const thread = idle(job.snapshot) ?? (threads.size === 0 ? spawn() : undefined);
      if (thread === undefined) break;
      waiting.shift();
      start(thread, job);
    }
    if (waiting.length > 0) impatience ??= setTimeout(relieve, PATIENCE_MS);
  };
  const relieve = (): void => {
    impatience = undefined;
    if (waiting.length === 0) return;
    if (threads.size < maxThreads) spawn();
    else {
      const [slowest] = [...threads].sort((a, b) => b.preparingForMs - a.preparingForMs);
      const allSlow = [...threads].every((thread) => thread.preparingForMs > LIMIT_UNDER_PRESSURE_MS);
      if (slowest !== undefined && allSlow) drop(slowest, new PlanningTimeoutError(LIMIT_UNDER_PRESSURE_MS));
    }
    assign();
  };
  const enqueue = <T>(
    snapshot: number,
    work: (thread: PlannerThread) => Promise<T>,
    { first }: { readonly first: boolean },
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (closed || (!first && waiting.length >= MAX_WAITING)) {
        reject(new PlannerBusyError());
        return;
      }
      const job: Job = { snapshot, run: (thread) => work(thread).then(resolve, reject), fail: reject };
      if (first) waiting.unshift(job);
      else waiting.push(job);
      assign();
    });

  return {
    load: async (supergraph) => {
      const snapshot = nextSnapshot++;
      supergraphs.set(snapshot, supergraph);
      try {
        // However many operations wait: a supergraph that was turned away would not be offered again.
        const load = (thread: PlannerThread): Promise<LoadedSupergraph> => thread.load(snapshot, supergraph);
        return { snapshot, loaded: await enqueue(snapshot, load, { first: true }) };
      } catch (error) {
        supergraphs.delete(snapshot);
        throw error;
      }
    },
    prepare: (snapshot, operation) =>
      enqueue(
        snapshot,
        async (thread) => {
          let limit: NodeJS.Timeout | undefined;
          // A thread that is just starting is not the operation's fault.
          const onBegin = (): void => {
            limit = setTimeout(() => {
              drop(thread, new PlanningTimeoutError(timeoutMs));
            }, timeoutMs);
          };
          try {
            return await thread.prepare(snapshot, operation, onBegin);
          } finally {
            clearTimeout(limit);
          }
        },
        { first: false },
      ),
    release: (snapshot) => {
      supergraphs.delete(snapshot);
      for (const thread of threads) thread.release(snapshot);
    },
    get threads() {
      return threads.size;
    },
    close: async () => {
      closed = true;
      clearTimeout(impatience);
      for (const job of waiting.splice(0)) job.fail(new PlannerBusyError());
      const ending = [...threads];
      threads.clear();
      await Promise.all(ending.map((thread) => thread.end(new PlannerBusyError())));
    },
  };
}
