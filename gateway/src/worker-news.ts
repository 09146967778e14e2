import cluster, { type Worker } from 'node:cluster';

/** What became of a canary in one worker: all of them do the same. */
export interface CanaryNews {
  readonly type: 'tributary:canary';
  readonly outcome: 'promoted' | 'returned';
  /** Of the supergraph. */
  readonly id: string;
}

const isNews = (message: unknown): message is CanaryNews =>
  (message as Partial<CanaryNews> | null)?.type === 'tributary:canary';

/** Tells the other workers, if there are any. */
export function tellWorkers(outcome: CanaryNews['outcome'], id: string): void {
  if (cluster.isWorker) process.send?.({ type: 'tributary:canary', outcome, id } satisfies CanaryNews);
}

/** @returns What ends it. */
export function hearWorkers(onNews: (news: CanaryNews) => void): () => void {
  if (!cluster.isWorker) return () => undefined;
  const listener = (message: unknown): void => {
    if (isNews(message)) onNews(message);
  };
  process.on('message', listener);
  return () => {
    process.off('message', listener);
  };
}

/** Passes on what a worker tells, in the process that started them. */
export function passOnNews(): void {
  cluster.on('message', (from: Worker, message: unknown) => {
    if (!isNews(message)) return;
    for (const worker of Object.values(cluster.workers ?? {}))
      if (worker !== undefined && worker !== from && worker.isConnected()) worker.send(message);
  });
}
