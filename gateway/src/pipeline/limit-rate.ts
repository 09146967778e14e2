import { askingClient } from '../client-key.ts';
import type { Admittance, RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { Outcome } from './answer.ts';
import type { OperationRequest } from './answer-operation.ts';
import type { OperationCost } from './operation-cost.ts';
import { RequestRefusedError } from './request-refused-error.ts';

/** Runs an operation if its client has that much left; what it really cost is settled when it is known. */
export async function limitRate(
  limiter: RateLimiter,
  { caller, incoming }: OperationRequest,
  cost: OperationCost,
  execute: () => Promise<Outcome>,
): Promise<Outcome> {
  const admittance = await limiter.admit(askingClient(caller, incoming), cost.estimated);
  const headers = limiter.options.exposeHeaders ? rateLimitHeaders(admittance) : undefined;
  if (!admittance.isAdmitted) return refuse(admittance, headers);
  const outcome = await execute();
  // Not for one that nobody waited for: asking and going away must not be the cheap way to keep subgraphs busy.
  admittance.settle(cost.actual);
  return headers === undefined ? outcome : { ...outcome, headers: { ...outcome.headers, ...headers } };
}

function refuse(
  { cost, remaining, size, retryAfterSeconds }: Admittance,
  headers: Outcome['headers'],
): Outcome {
  const { capacity, refillPerSecond: refill } = size;
  const message =
    retryAfterSeconds === undefined
      ? `The operation would cost ${cost}, and you may use ${capacity} at once. Ask for less.`
      : `You have asked for too much: the operation costs ${cost} and ${left(remaining)} is left. Try again in ${retryAfterSeconds} s.`;
  const extensions = { rateLimit: { cost, remaining: left(remaining), capacity, refill } };
  return {
    errors: [new RequestRefusedError(message, { code: 'REQUEST_RATE_LIMITED', status: 429, extensions })],
    headers: {
      ...headers,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

/** @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
function rateLimitHeaders({ remaining, size }: Admittance): Readonly<Record<string, string>> {
  const { capacity, refillPerSecond } = size;
  const seconds = (cost: number): number => Math.ceil(cost / refillPerSecond);
  return {
    'ratelimit-policy': `"cost";q=${capacity};w=${seconds(capacity)}`,
    ratelimit: `"cost";r=${left(remaining)};t=${seconds(capacity - remaining)}`,
  };
}

const left = (remaining: number): number => Math.max(0, Math.floor(remaining));
