import { DependencyUnavailableError } from '@tributary/service-kit';
import type { Options } from '@node-rs/argon2';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

const ENTRY = new URL('./hashing-thread.mjs', import.meta.url);

/** One core is left to the event loop; more threads than this would be memory (19 MiB each) without use. */
const THREADS = Math.min(8, Math.max(1, availableParallelism() - 1));

/** About ten seconds of work for one thread: who comes later would have given up before it is their turn. */
const MAX_WAITING = 500;

export type HashingJob =
  | { readonly kind: 'hash'; readonly password: string; readonly parameters: Options }
  | { readonly kind: 'verify'; readonly hash: string; readonly password: string };

type Reply = { readonly result: string | boolean } | { readonly failure: string };

interface WaitingJob {
  readonly job: HashingJob;
  resolve(result: string | boolean): void;
  reject(error: Error): void;
}

export interface HashingPool {
  /** @throws DependencyUnavailableError when too many wait already. */
  run(job: HashingJob): Promise<string | boolean>;
  /** Ends the threads; what they are at fails. */
  close(): Promise<void>;
}

/**
 * Threads of our own for argon2: on libuv's, a burst of sign-ins would hold up file and name look-ups,
 * and would compete with the event loop for cores as an equal.
 */
export function createHashingPool(threads = THREADS, maxWaiting = MAX_WAITING): HashingPool {
  const waiting: WaitingJob[] = [];
  const idle: Worker[] = [];
  const working = new Map<Worker, WaitingJob>();
  let closed = false;

  const assign = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop();
      const next = waiting.shift();
      if (worker === undefined || next === undefined) return;
      working.set(worker, next);
      // A process that waits for a hash must not end before it is there.
      worker.ref();
      worker.postMessage(next.job);
    }
  };
  const settle = (worker: Worker, reply: Reply): void => {
    const done = working.get(worker);
    working.delete(worker);
    worker.unref();
    idle.push(worker);
    if ('failure' in reply) done?.reject(new Error(`hashing failed: ${reply.failure}`));
    else done?.resolve(reply.result);
    assign();
  };
  const replace = (worker: Worker, cause: Error): void => {
    working.get(worker)?.reject(new DependencyUnavailableError('a hashing thread', cause));
    working.delete(worker);
    const place = idle.indexOf(worker);
    if (place >= 0) idle.splice(place, 1);
    if (!closed) add();
  };
  const add = (): void => {
    const worker = new Worker(ENTRY, { execArgv: [] });
    worker.unref();
    let failure = new Error('the thread ended');
    worker.on('message', (reply: Reply) => {
      settle(worker, reply);
    });
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => {
      replace(worker, failure);
    });
    idle.push(worker);
    assign();
  };
  for (let i = 0; i < threads; i += 1) add();

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (closed || waiting.length >= maxWaiting) {
          reject(
            new DependencyUnavailableError('password hashing', new Error(`${waiting.length} jobs wait`)),
          );
          return;
        }
        waiting.push({ job, resolve, reject });
        assign();
      }),
    close: async () => {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error('the pool is closed'));
      await Promise.all([...idle, ...working.keys()].map((worker) => worker.terminate()));
    },
  };
}
