import { DurationHistogram } from '../duration-histogram.ts';
import type { RequestJournal } from '../telemetry/request-journal.ts';

export interface CanaryLimits {
  /** Least requests of each side before anything is said. */
  readonly minRequests: number;
  /** The new supergraph's share of failed requests may be this many times the old one's. */
  readonly maxErrorFactor: number;
  /** Its 95th percentile of durations may be this many times the old one's. */
  readonly maxLatencyFactor: number;
}

/** Why a new supergraph is not to be served. */
export interface Objection {
  readonly reason: 'errors' | 'latency';
  /** What was compared: shares of requests, or milliseconds. */
  readonly old: number;
  readonly new: number;
}

/** What was seen of the requests of one side. */
export class CanarySide {
  requests = 0;
  failed = 0;
  readonly durations = new DurationHistogram();

  /** A request that says nothing of the supergraph is not counted. */
  record({ result, cache, startedAt }: Pick<RequestJournal, 'result' | 'cache' | 'startedAt'>): void {
    if (result === undefined) return;
    const { errorCodes, outcome } = result;
    if (errorCodes.length > 0 && errorCodes.every((code) => INDEPENDENT.has(code))) return;
    this.requests += 1;
    if (errorCodes.length > 0) this.failed += 1;
    // What is refused takes no time, and a first request of an operation waits for the planner.
    if (outcome !== 'refused' && cache !== 'miss') this.durations.add(performance.now() - startedAt);
  }
}

/** Errors that a request would have had with any supergraph. */
const INDEPENDENT: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'REQUEST_CONCURRENCY_LIMITED',
  'REQUEST_RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'UNAUTHENTICATED',
]);

/** Failures of one in a hundred are not yet an objection, whatever the factor: the old side may have none at all. */
const LEAST_ERROR_SHARE = 0.01;
/** Durations below differ by what else the machine does. */
const LEAST_LATENCY_MS = 5;
const QUANTILE = 0.95;
/** Standard errors by which a limit must be passed: chance alone does so once in a thousand times. */
const CERTAINTY = 3;

/**
 * Whether what was seen of the new side, since its beginning, speaks against it.
 *
 * Both are shares of requests: those that failed, and those that took longer than the old side's 95th percentile times
 * the factor (they may be 5 %). Each has to be above its limit by three standard errors, so a few unlucky requests
 * among few say nothing, and the more there are the less has to be wrong.
 */
export function findObjection(
  old: CanarySide,
  canary: CanarySide,
  { minRequests, maxErrorFactor, maxLatencyFactor }: CanaryLimits,
): Objection | undefined {
  if (old.requests < minRequests || canary.requests < minRequests) return undefined;
  const oldShare = old.failed / old.requests;
  const share = canary.failed / canary.requests;
  const mayFail = Math.max(maxErrorFactor * oldShare, LEAST_ERROR_SHARE);
  const error = Math.hypot(
    standardError(share, canary.requests),
    maxErrorFactor * standardError(oldShare, old.requests),
  );
  if (share - mayFail > CERTAINTY * error) return { reason: 'errors', old: oldShare, new: share };

  const { durations } = canary;
  if (old.durations.total < minRequests || durations.total < minRequests) return undefined;
  const usual = old.durations.quantile(QUANTILE);
  const slow = durations.countAbove(Math.max(usual * maxLatencyFactor, LEAST_LATENCY_MS)) / durations.total;
  return slow - (1 - QUANTILE) > CERTAINTY * standardError(slow, durations.total)
    ? { reason: 'latency', old: usual, new: durations.quantile(QUANTILE) }
    : undefined;
}

/** Of a share seen in so many requests. */
const standardError = (share: number, requests: number): number =>
  Math.sqrt((share * (1 - share)) / requests);
