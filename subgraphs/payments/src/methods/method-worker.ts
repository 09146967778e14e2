import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import type { MethodDeps } from './method-deps.ts';
import { takeMethodTurn } from './take-method-turn.ts';

const BATCH = 10;

/** Goes on with methods whose request has ended: those the provider was not told of, or has not answered about. */
export const startMethodWorker = (deps: MethodDeps): PeriodicWorker =>
  runPeriodically({
    name: 'payment-methods',
    everyMs: deps.timing.pollMs,
    logger: deps.logger,
    work: async () => {
      const due = await deps.methods.claimDue(deps.provider.code, BATCH);
      await Promise.all(due.map((work) => takeMethodTurn(deps, work)));
      return due.length === BATCH;
    },
  });
