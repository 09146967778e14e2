/** Runs in a worker thread: parses, validates and plans, so that nothing a client writes can hold up the serving thread. */
import { parentPort } from 'node:worker_threads';
import { loadSupergraph, type PlannableSupergraph } from './load-supergraph.ts';
import { prepareOperation } from './prepare-operation.ts';
import type { PlanningReply, PlanningRequest } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread; see planner-pool.ts.');

const supergraphs = new Map<number, PlannableSupergraph>();

function answer(request: PlanningRequest): PlanningReply {
  const { id, snapshot } = request;
  switch (request.kind) {
    case 'load': {
      const supergraph = loadSupergraph(request);
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

port.on('message', (request: PlanningRequest) => {
  let reply: PlanningReply;
  try {
    reply = answer(request);
  } catch (error) {
    reply = { id: request.id, failure: (error as Error).message };
  }
  port.postMessage(reply);
});
