import { Report, type ITrace, type ITracesAndStats } from '@apollo/usage-reporting-protobuf';
import { BadRequestError } from '@tributary/service-kit';
import { hash } from 'node:crypto';
import type { GraphRef } from '../graphs/graph-ref.ts';
import { countOf } from './count-of.ts';
import { bucketOf, readHistogram } from './latency-buckets.ts';
import type { OperationReader } from './operation-reader.ts';
import { unpack } from './unpack.ts';
import {
  clientKey,
  type ClientUsage,
  type OperationUsage,
  type ReportedOperation,
  type UsageReport,
} from './usage-report.ts';

/** Apollo Server sends at 4 MB. */
const MAX_REPORT_BYTES = 32_000_000;
const MAX_CLIENT_TEXT = 100;
/** Operations by client, in one report: what a busy server sends in a minute is a few hundred. */
const MAX_SIZE = 20_000;

export interface ReadReport extends Omit<UsageReport, keyof GraphRef> {
  /** As it came. */
  readonly graphRef: string;
}

/**
 * Reads a usage report as Apollo's servers and routers send it.
 *
 * @param body Protobuf, gzipped if `isZipped`.
 * @throws BadRequestError when it is none.
 */
export async function readReport(
  body: Buffer,
  isZipped: boolean,
  operations: OperationReader,
): Promise<ReadReport> {
  let report: Report;
  try {
    report = Report.decode(isZipped ? await unpack(body, MAX_REPORT_BYTES) : body);
  } catch (cause) {
    throw new BadRequestError('The body is not a usage report, or one that is too large.', { cause });
  }
  const usages: OperationUsage[] = [];
  let size = 0;
  for (const [key, reported] of Object.entries(report.tracesPerQuery)) {
    const operation = operations.read(key, reported.referencedFieldsByType ?? {});
    const usage = operation && readUsage(operation, reported);
    if (usage === undefined) continue;
    usages.push(usage);
    size += usage.clients.size;
    if (size > MAX_SIZE)
      throw new BadRequestError(`A report has at most ${MAX_SIZE} operations, those of each client counted.`);
  }
  return { graphRef: report.header?.graphRef ?? '', digest: hash('sha256', body), operations: usages, size };
}

type Counts = { -readonly [key in keyof ClientUsage]: ClientUsage[key] };

/** An operation's requests are traces or counts, each in one of the two. */
function readUsage(
  operation: ReportedOperation,
  { trace, statsWithContext }: ITracesAndStats,
): OperationUsage | undefined {
  const clients = new Map<string, Counts>();
  const latency = new Map<number, number>();
  const countsOf = (
    givenName: string | null | undefined,
    givenVersion: string | null | undefined,
  ): Counts => {
    const name = clean(givenName);
    const version = clean(givenVersion);
    const key = clientKey(name, version);
    let counts = clients.get(key);
    if (counts === undefined) clients.set(key, (counts = { name, version, requests: 0, errors: 0 }));
    return counts;
  };
  for (const each of trace ?? []) {
    if (each instanceof Uint8Array) continue;
    const counts = countsOf(each.clientName, each.clientVersion);
    counts.requests += 1;
    counts.errors += hasErrors(each) ? 1 : 0;
    const bucket = bucketOf((each.durationNs ?? 0) / 1_000);
    latency.set(bucket, (latency.get(bucket) ?? 0) + 1);
  }
  for (const { context, queryLatencyStats: stats } of (statsWithContext as
    readonly Stats[] | null | undefined) ?? []) {
    const requests = countOf(stats?.requestCount);
    if (requests === 0) continue;
    const counts = countsOf(context?.clientName, context?.clientVersion);
    counts.requests += requests;
    counts.errors += countOf(stats?.requestsWithErrorsCount);
    readHistogram(stats?.latencyCount ?? [], latency);
  }
  return clients.size === 0 ? undefined : { operation, clients, latency };
}

interface Stats {
  readonly context?: { readonly clientName?: string | null; readonly clientVersion?: string | null } | null;
  readonly queryLatencyStats?: {
    readonly requestCount?: unknown;
    readonly requestsWithErrorsCount?: unknown;
    readonly latencyCount?: readonly unknown[] | null;
  } | null;
}

const hasErrors = ({ root, http }: ITrace): boolean =>
  (root?.error?.length ?? 0) > 0 ||
  (root?.child ?? []).some((each) => hasErrorBelow(each)) ||
  (http?.statusCode ?? 200) >= 400;

type Node = NonNullable<ITrace['root']>;
const hasErrorBelow = ({ error, child }: Node): boolean =>
  (error?.length ?? 0) > 0 || (child ?? []).some((each) => hasErrorBelow(each));

/** Nearly all are. */
const PLAIN = /^[ -~]{0,100}$/;

/** PostgreSQL has no zero bytes and no half characters in texts, and a page no control characters. */
function clean(text: string | null | undefined): string {
  if (text === null || text === undefined || PLAIN.test(text)) return text ?? '';
  return text.slice(0, MAX_CLIENT_TEXT).replace(/[\p{Cc}\uD800-\uDFFF]/gu, '');
}
