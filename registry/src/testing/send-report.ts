import { Report } from '@apollo/usage-reporting-protobuf';
import { gzipSync } from 'node:zlib';

export interface ReportedUse {
  readonly operation: string;
  readonly name?: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly client?: string;
  readonly version?: string;
  readonly requests: number;
  /** Of the requests. */
  readonly errors?: number;
  /** Requests by latency, as the format has it: -n for n empty buckets. */
  readonly latency?: readonly number[];
}

/** A usage report as Apollo Server writes it, of one operation. */
export function encodeReport(
  graphRef: string,
  {
    operation,
    name,
    fields,
    client = 'web',
    version = '1',
    requests,
    errors = 0,
    latency = [-70, requests],
  }: ReportedUse,
): Buffer {
  const referencedFieldsByType = Object.fromEntries(
    Object.entries(fields).map(([type, fieldNames]) => [
      type,
      { fieldNames: [...fieldNames], isInterface: false },
    ]),
  );
  const report = Report.encode({
    // Two reports of the same are still two.
    header: { graphRef, hostname: `${process.hrtime.bigint()}` },
    tracesPerQuery: {
      [`# ${name ?? '-'}\n${operation}`]: {
        referencedFieldsByType,
        statsWithContext: [
          {
            context: { clientName: client, clientVersion: version },
            queryLatencyStats: {
              requestCount: requests,
              requestsWithErrorsCount: errors,
              latencyCount: [...latency],
            },
          },
        ],
      },
    },
  }).finish();
  return gzipSync(report);
}

/** Reports that a client sent an operation. */
export async function sendReport(
  registry: { readonly url: string; readonly key: string },
  graphRef: string,
  use: ReportedUse,
): Promise<number> {
  const { status } = await postReport(registry, encodeReport(graphRef, use));
  return status;
}

export const postReport = ({ url, key }: { readonly url: string; readonly key: string }, body: Buffer) =>
  fetch(`${url}/api/ingress/traces`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-encoding': 'gzip', accept: 'application/json' },
    body: new Uint8Array(body),
  });
