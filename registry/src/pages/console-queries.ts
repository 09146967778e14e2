import type pg from 'pg';
import { describeKeys } from '../access/describe-keys.ts';
import { pastChecks, type ChecksSlice } from '../checks/check-history.ts';
import type { GraphRef } from '../graphs/graph-ref.ts';
import { pastLaunches, subgraphDifferences, subgraphVersions, type Slice } from '../graphs/launch-history.ts';
import { auditEvents } from '../store/audit-history.ts';
import { createUsageStatistics } from '../usage/usage-statistics.ts';

/** What only the console reads. */
export const createConsoleQueries = (pool: pg.Pool) => ({
  keys: (graphId: string) => describeKeys(pool, graphId),
  launches: (ref: GraphRef, slice: Slice) => pastLaunches(pool, ref, slice),
  subgraphVersions: (ref: GraphRef, name: string, slice: Slice) => subgraphVersions(pool, ref, name, slice),
  differences: (ref: GraphRef, from: number, to: number) => subgraphDifferences(pool, ref, from, to),
  checks: (ref: GraphRef, slice: ChecksSlice) => pastChecks(pool, ref, slice),
  activity: (graphId: string, before: string | undefined, limit: number) =>
    auditEvents(pool, graphId, before, limit),
  usage: createUsageStatistics(pool),
});

export type ConsoleQueries = ReturnType<typeof createConsoleQueries>;
