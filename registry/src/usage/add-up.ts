import type { GraphRef } from '../graphs/graph-ref.ts';
import {
  type ClientUsage,
  type OperationUsage,
  type ReportedOperation,
  type UsageReport,
} from './usage-report.ts';

/** An operation of a variant, with all that reports tell of it. */
export interface OperationTotal extends GraphRef, ReportedOperation {
  readonly clients: readonly ClientUsage[];
  readonly latency: readonly (readonly [bucket: number, requests: number])[];
}

/**
 * The sum of reports. In one order, the clients and buckets of each operation too: registries that add to the same rows
 * take them in that order, and never wait for each other in a circle.
 */
export function addUp(reports: readonly UsageReport[]): readonly OperationTotal[] {
  const variants = new Map<string, { readonly ref: GraphRef; readonly sums: Map<string, Sum> }>();
  for (const { graphId, variant, operations } of reports) {
    const key = `${graphId}@${variant}`;
    let of = variants.get(key);
    if (of === undefined) variants.set(key, (of = { ref: { graphId, variant }, sums: new Map() }));
    for (const usage of operations) {
      const sum = of.sums.get(usage.operation.id);
      if (sum === undefined) of.sums.set(usage.operation.id, beginSum(usage));
      else addTo(sum, usage);
    }
  }
  return inOrder(variants).flatMap(({ ref, sums }) =>
    inOrder(sums).map(({ operation, fields, clients, latency }) => ({
      ...ref,
      ...operation,
      fields: fields.size === 1 ? operation.fields : [...new Set([...fields].flat())].sort(),
      clients: inOrder(clients),
      latency: [...latency].sort(([a], [b]) => a - b),
    })),
  );
}

interface Sum {
  readonly operation: ReportedOperation;
  /** Lists of them: a schema that has changed gives an operation other fields. */
  readonly fields: Set<readonly string[]>;
  readonly clients: Map<string, { -readonly [key in keyof ClientUsage]: ClientUsage[key] }>;
  readonly latency: Map<number, number>;
}

const beginSum = ({ operation, clients, latency }: OperationUsage): Sum => ({
  operation,
  fields: new Set([operation.fields]),
  clients: new Map([...clients].map(([key, client]) => [key, { ...client }])),
  latency: new Map(latency),
});

function addTo(sum: Sum, { operation, clients, latency }: OperationUsage): void {
  sum.fields.add(operation.fields);
  for (const [key, client] of clients) {
    const total = sum.clients.get(key);
    if (total === undefined) sum.clients.set(key, { ...client });
    else {
      total.requests += client.requests;
      total.errors += client.errors;
    }
  }
  for (const [bucket, requests] of latency)
    sum.latency.set(bucket, (sum.latency.get(bucket) ?? 0) + requests);
}

const inOrder = <T>(rows: ReadonlyMap<string, T>): readonly T[] =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
