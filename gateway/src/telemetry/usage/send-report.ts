import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface ReportTarget {
  /** Whole URL. */
  readonly endpoint: string;
  readonly key: string;
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
const TIMEOUT_MS = 10_000;
const LONGEST_REASON = 200;

/** The report was not taken. */
export class ReportRefusedError extends Error {}

/**
 * Sends a report, again where the receiver was away or had too much to do.
 *
 * @param signal Ends it.
 * @returns Whether the receiver wants no traces.
 * @throws ReportRefusedError, or what `fetch` throws, after the last attempt.
 * @see https://www.apollographql.com/docs/graphos/platform/insights/sending-operation-metrics
 */
export async function sendReport(
  report: Uint8Array,
  { endpoint, key }: ReportTarget,
  signal: AbortSignal,
): Promise<{ readonly ignoresTraces: boolean }> {
  const body = await promisify(gzip)(report);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'user-agent': 'tributary-gateway',
          'x-api-key': key,
          'content-encoding': 'gzip',
          accept: 'application/json',
        },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const text = await response.text();
      if (response.ok) return { ignoresTraces: ignoresTraces(text) };
      throw Object.assign(
        new ReportRefusedError(`HTTP status ${response.status}: ${text.slice(0, LONGEST_REASON)}`),
        { isFinal: response.status < 500 && response.status !== 429 },
      );
    } catch (error) {
      const isFinal = (error as { isFinal?: boolean }).isFinal === true;
      if (attempt === ATTEMPTS || isFinal || signal.aborted) throw error;
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

function ignoresTraces(text: string): boolean {
  try {
    return (JSON.parse(text) as { tracesIgnored?: unknown } | null)?.tracesIgnored === true;
  } catch {
    return false;
  }
}
