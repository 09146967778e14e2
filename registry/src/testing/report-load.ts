import { Report } from '@apollo/usage-reporting-protobuf';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** A usage report that no other is equal to. */
export interface LoadReport {
  readonly body: Buffer;
  /** Requests it tells of, by operation name. */
  readonly requests: ReadonlyMap<string, number>;
}

const OPERATIONS = 100;
const OPERATIONS_PER_REPORT = 8;
const CLIENTS = ['web', 'ios', 'android'];
/** Different contents; each report has one of them, and a head of its own. */
const CONTENTS = 50;

/**
 * Makes usage reports as a fleet of gateways sends them: some of a hundred operations, by client, with latencies.
 *
 * Protobuf messages and gzip streams may both be written one after the other, so only the head is packed for each report:
 * the load costs a fraction of what it measures.
 */
export function createReports(graphRef: string): (index: number) => LoadReport {
  const contents = Array.from({ length: CONTENTS }, (_, content) => {
    const requests = new Map<string, number>();
    const tracesPerQuery: Record<string, object> = {};
    for (let n = 0; n < OPERATIONS_PER_REPORT; n += 1) {
      const name = `Operation${(content * 7 + n * 13) % OPERATIONS}`;
      const counts = CLIENTS.map((_, client) => 1 + ((content + n + client) % 9));
      requests.set(
        name,
        counts.reduce((sum, count) => sum + count, requests.get(name) ?? 0),
      );
      tracesPerQuery[`# ${name}\nquery ${name}{products{id name reviews{id text}}}`] = {
        referencedFieldsByType: {
          Query: { fieldNames: ['products'] },
          Product: { fieldNames: ['id', 'name', 'reviews'] },
          Review: { fieldNames: ['id', 'text'] },
        },
        statsWithContext: CLIENTS.map((clientName, client) => ({
          context: { clientName, clientVersion: '1' },
          queryLatencyStats: {
            requestCount: counts[client],
            latencyCount: [-(60 + ((content + client) % 20)), counts[client]],
          },
        })),
      };
    }
    return { packed: gzipSync(Report.encode({ tracesPerQuery }).finish()), requests };
  });
  return (index) => {
    const head = Report.encode({ header: { graphRef, hostname: `gateway-${index}` } }).finish();
    const { packed, requests } = contents[index % CONTENTS] ?? {
      packed: Buffer.alloc(0),
      requests: new Map(),
    };
    return { body: Buffer.concat([gzipSync(head, { level: 0 }), packed]), requests };
  };
}

/** Posts reports over connections that are kept. */
export function createReporter({
  key,
  maxConnections,
}: {
  readonly key: string;
  readonly maxConnections: number;
}) {
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections });
  return {
    /** @returns the HTTP status; 0: no answer came, so nobody knows whether it is counted. */
    send: (url: string, body: Buffer): Promise<number> =>
      new Promise((resolve) => {
        const request = httpRequest(
          `${url}/api/ingress/traces`,
          {
            agent,
            method: 'POST',
            headers: { 'x-api-key': key, 'content-encoding': 'gzip', 'content-length': body.length },
          },
          (response) => {
            response.resume();
            response.on('close', () => {
              resolve(response.complete ? (response.statusCode ?? 0) : 0);
            });
          },
        );
        request.on('error', () => {
          resolve(0);
        });
        request.end(body);
      }),
    close: () => {
      agent.destroy();
    },
  };
}

const TICK_MS = 5;

/** Begins `begin(0)`, `begin(1)` ... on time, so many a second, whatever became of those before. */
export async function onTime(
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  begin: (index: number, dueMs: number) => void,
): Promise<void> {
  const startMs = performance.now();
  const total = Math.round(perSecond * seconds);
  for (let next = 0; next < total;) {
    const due = Math.min(total, ((performance.now() - startMs) / 1_000) * perSecond);
    for (; next < due; next += 1) begin(next, startMs + (next * 1_000) / perSecond);
    await delay(TICK_MS);
  }
}

/** Adds what reports tell of. */
export function addUp(reports: Iterable<LoadReport>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { requests } of reports)
    for (const [name, count] of requests) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}
