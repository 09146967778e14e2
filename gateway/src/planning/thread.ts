/** Runs in a worker thread: parses, validates and plans, so that nothing a client writes can hold up the serving thread. */
import { parentPort } from 'node:worker_threads';
import { loadSupergraph, type PlannableSupergraph } from './load-supergraph.ts';
import { prepareOperation } from './prepare-operation.ts';
import type { PlanningReply, PlanningRequest } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread; see planner-pool.ts.');

const supergraphs = new Map<number, PlannableSupergraph>();

async function answer(request: PlanningRequest): Promise<PlanningReply> {
  const { id, snapshot } = request;
  switch (request.kind) {
    case 'load': {
      // A tenth of a second of a thread's start, for those who report only.
      const usage = request.usage ? await import('./operation-usage.ts') : undefined;
      const supergraph = loadSupergraph(request, usage);
      supergraphs.set(snapshot, supergraph);
      return { id, loaded: supergraph.summary };
    }
    case 'prepare': {
      const supergraph = supergraphs.get(snapshot);
      if (supergraph === undefined) throw new Error(`snapshot ${snapshot} is not loaded`);
      return { id, prepared: prepareOperation(supergraph, request) };
    }
    case 'release':
      supergraphs.delete(snapshot);
      return { id, released: true };
  }
}

/** One after the other: an operation may come right behind its supergraph. */
let turn = Promise.resolve();
port.on('message', (request: PlanningRequest) => {
  turn = turn.then(async () => {
    port.postMessage(
      await answer(request).catch((error: unknown): PlanningReply => ({
        id: request.id,
        failure: (error as Error).message,
      })),
    );
  });
});
