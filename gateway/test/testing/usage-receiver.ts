import { Report, type ITrace } from '@apollo/usage-reporting-protobuf';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

interface DecodedErrors {
  readonly errorsCount?: number;
  readonly requestsWithErrorsCount?: number;
  readonly children?: Record<string, DecodedErrors>;
}

interface DecodedStats {
  readonly context: { readonly clientName?: string; readonly clientVersion?: string };
  readonly queryLatencyStats: {
    readonly requestCount: number;
    readonly requestsWithErrorsCount?: number;
    readonly requestsWithoutFieldInstrumentation?: number;
    readonly latencyCount: readonly number[];
    readonly rootErrorStats?: DecodedErrors;
  };
  readonly perTypeStat?: Record<string, { readonly perFieldStat: Record<string, Record<string, unknown>> }>;
}

interface DecodedEntry {
  readonly trace?: readonly ITrace[];
  readonly statsWithContext?: readonly DecodedStats[];
  readonly referencedFieldsByType?: Record<string, unknown>;
}

/** As much of a report as tests look at. */
export interface DecodedReport {
  readonly header: Readonly<Record<string, string>>;
  readonly operationCount?: number;
  readonly tracesPreAggregated?: boolean;
  readonly tracesPerQuery: Record<string, DecodedEntry>;
}

export interface UsageReceiver {
  readonly url: string;
  readonly reports: DecodedReport[];
  /** Bytes of all reports, for what must not be in them. */
  readonly texts: string[];
  readonly headers: NodeJS.Dict<string | string[]>[];
  /** How the next requests are answered; 202 when nothing is left. */
  readonly answers: { readonly status: number; readonly body?: string }[];
  close(): Promise<void>;
}

/** What GraphOS is to a server that reports: takes gzipped protobuf. */
export async function startUsageReceiver(): Promise<UsageReceiver> {
  const reports: DecodedReport[] = [];
  const texts: string[] = [];
  const headers: UsageReceiver['headers'] = [];
  const answers: { status: number; body?: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body = '' } = answers.shift() ?? { status: 202 };
      headers.push(request.headers);
      if (status < 400) {
        const bytes = gunzipSync(Buffer.concat(chunks));
        texts.push(bytes.toString('latin1'));
        reports.push(Report.toObject(Report.decode(bytes), { longs: Number }) as DecodedReport);
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/ingress/traces`,
    reports,
    texts,
    headers,
    answers,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
