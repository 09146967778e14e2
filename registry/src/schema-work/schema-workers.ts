import { Worker } from 'node:worker_threads';
import type { SchemaTasks, TaskName, TaskReply } from './protocol.ts';
import { RegistryBusyError, SchemaTooExpensiveError, SchemaWorkFailedError } from './schema-work-errors.ts';

const ENTRY = new URL('./start-thread.mjs', import.meta.url);
/** A real supergraph of thousands of types takes a quarter of this. */
const MAX_HEAP_MB = 768;
/** Each is a request held open. */
const MAX_WAITING = 100;

export interface SchemaWorkersOptions {
  /** Longest a task may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxThreads?: number;
}

export interface SchemaWorkers {
  /**
   * @throws SchemaTooExpensiveError when it takes too long or too much memory; RegistryBusyError when too many wait;
   *   SchemaWorkFailedError when there is a fault in the task itself.
   */
  run<Name extends TaskName>(
    task: Name,
    input: SchemaTasks[Name]['input'],
  ): Promise<SchemaTasks[Name]['output']>;
  close(): Promise<void>;
}

interface Job {
  readonly task: TaskName;
  readonly input: unknown;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** A few threads, each at one task at a time; one that exceeds its time or memory is ended and replaced. */
export function createSchemaWorkers({ timeoutMs, maxThreads = 2 }: SchemaWorkersOptions): SchemaWorkers {
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const alive = new Set<Worker>();

  const start = (): Worker => {
    const worker = new Worker(ENTRY, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
    });
    worker.unref();
    alive.add(worker);
    const forget = (): void => {
      alive.delete(worker);
      const index = idle.indexOf(worker);
      if (index >= 0) idle.splice(index, 1);
    };
    worker.on('error', forget);
    worker.on('exit', forget);
    return worker;
  };

  const assign = (): void => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (alive.size < maxThreads ? start() : undefined);
      if (worker === undefined) return;
      const job = waiting.shift();
      if (job !== undefined) give(worker, job);
    }
  };

  const give = (worker: Worker, job: Job): void => {
    worker.ref();
    const done = (): void => {
      clearTimeout(limit);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const replace = (error: Error): void => {
      done();
      alive.delete(worker);
      void worker.terminate();
      job.reject(error);
      assign();
    };
    const onMessage = (reply: TaskReply): void => {
      done();
      worker.unref();
      idle.push(worker);
      if ('failure' in reply) job.reject(new SchemaWorkFailedError(job.task, reply.failure));
      else job.resolve(reply.output);
      assign();
    };
    const onError = (error: Error): void => {
      const outOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
      replace(
        outOfMemory ? new SchemaTooExpensiveError() : new SchemaWorkFailedError(job.task, error.message),
      );
    };
    const onExit = (): void => {
      replace(new SchemaWorkFailedError(job.task, 'the thread ended'));
    };
    const limit = setTimeout(() => {
      replace(new SchemaTooExpensiveError());
    }, timeoutMs);
    worker.once('message', onMessage).once('error', onError).once('exit', onExit);
    worker.postMessage({ task: job.task, input: job.input });
  };

  return {
    run: <Name extends TaskName>(task: Name, input: SchemaTasks[Name]['input']) =>
      new Promise<SchemaTasks[Name]['output']>((resolve, reject) => {
        if (waiting.length >= MAX_WAITING) {
          reject(new RegistryBusyError());
          return;
        }
        waiting.push({ task, input, resolve: resolve, reject });
        assign();
      }),
    close: async () => {
      for (const job of waiting.splice(0)) job.reject(new RegistryBusyError());
      await Promise.all([...alive].map((worker) => worker.terminate()));
    },
  };
}
