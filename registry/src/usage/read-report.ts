import { Report, type ITrace, type ITracesAndStats } from '@apollo/usage-reporting-protobuf';
import { BadRequestError } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { bucketOf, readHistogram } from './latency-buckets.ts';
import type { OperationReader } from './operation-reader.ts';
import type { UsageEntry } from './usage-entry.ts';

const unzip = promisify(gunzip);
/** Apollo Server sends at 4 MB. */
const MAX_REPORT_BYTES = 32_000_000;
const MAX_CLIENT_TEXT = 100;
/** Operations by client, in one report: what a busy server sends in a minute is a few hundred. */
const MAX_ENTRIES = 20_000;

export interface ReadReport {
  readonly graphRef: string;
  readonly digest: Buffer;
  readonly entries: readonly UsageEntry[];
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
    report = Report.decode(isZipped ? await unzip(body, { maxOutputLength: MAX_REPORT_BYTES }) : body);
  } catch (cause) {
    throw new BadRequestError('The body is not a usage report, or one that is too large.', { cause });
  }
  const entries: UsageEntry[] = [];
  for (const [key, usage] of Object.entries(report.tracesPerQuery)) {
    const operation = operations.read(key, usage.referencedFieldsByType ?? {});
    if (operation === undefined) continue;
    for (const counts of byClient(usage)) entries.push({ ...counts, operation });
    if (entries.length > MAX_ENTRIES)
      throw new BadRequestError(
        `A report has at most ${MAX_ENTRIES} operations, those of each client counted.`,
      );
  }
  return {
    graphRef: report.header?.graphRef ?? '',
    digest: createHash('sha256').update(body).digest(),
    entries,
  };
}

interface Counts {
  readonly clientName: string;
  readonly clientVersion: string;
  requests: number;
  errors: number;
  readonly latency: Map<number, number>;
}

/** An operation's requests are traces or counts, each in one of the two. */
function byClient({ trace, statsWithContext }: ITracesAndStats): readonly Counts[] {
  const clients = new Map<string, Counts>();
  const of = (name: string | null | undefined, version: string | null | undefined): Counts => {
    const clientName = clean(name);
    const clientVersion = clean(version);
    const key = `${clientName}\n${clientVersion}`;
    const counts = clients.get(key) ?? {
      clientName,
      clientVersion,
      requests: 0,
      errors: 0,
      latency: new Map(),
    };
    clients.set(key, counts);
    return counts;
  };
  for (const each of trace ?? []) {
    if (each instanceof Uint8Array) continue;
    const counts = of(each.clientName, each.clientVersion);
    counts.requests += 1;
    counts.errors += hasErrors(each) ? 1 : 0;
    const bucket = bucketOf((each.durationNs ?? 0) / 1_000);
    counts.latency.set(bucket, (counts.latency.get(bucket) ?? 0) + 1);
  }
  for (const { context, queryLatencyStats: stats } of (statsWithContext as
    readonly Stats[] | null | undefined) ?? []) {
    const counts = of(context?.clientName, context?.clientVersion);
    counts.requests += countOf(stats?.requestCount);
    counts.errors += countOf(stats?.requestsWithErrorsCount);
    readHistogram((stats?.latencyCount ?? []).map(Number), counts.latency);
  }
  return [...clients.values()].filter(({ requests }) => requests > 0);
}

interface Stats {
  readonly context?: { readonly clientName?: string | null; readonly clientVersion?: string | null } | null;
  readonly queryLatencyStats?: {
    readonly requestCount?: unknown;
    readonly requestsWithErrorsCount?: unknown;
    readonly latencyCount?: readonly unknown[] | null;
  } | null;
}

/** A reporter's count, no more than can be added up exactly for a thousand years. */
const MAX_COUNT = 1_000_000_000;
const countOf = (given: unknown): number => {
  const count = Math.trunc(Number(given ?? 0));
  return Number.isFinite(count) ? Math.min(Math.max(count, 0), MAX_COUNT) : 0;
};

const hasErrors = ({ root, http }: ITrace): boolean =>
  (root?.error?.length ?? 0) > 0 ||
  (root?.child ?? []).some((each) => hasErrorBelow(each)) ||
  (http?.statusCode ?? 200) >= 400;

type Node = NonNullable<ITrace['root']>;
const hasErrorBelow = ({ error, child }: Node): boolean =>
  (error?.length ?? 0) > 0 || (child ?? []).some((each) => hasErrorBelow(each));

/** PostgreSQL has no zero bytes in texts, and a page no control characters. */
const clean = (text: string | null | undefined): string =>
  (text ?? '').replace(/[\p{Cc}\uD800-\uDFFF]/gu, '').slice(0, MAX_CLIENT_TEXT);
