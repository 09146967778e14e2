import { httpUrl } from '@tributary/service-kit';
import * as z from 'zod';
import type { SubgraphShape, SubgraphShapes } from '../subgraph-client/subgraph-guard.ts';
import { bytes, count, duration, time } from './config-values.ts';

const percent = () =>
  z
    .number({ error: 'must be a number, 0 to 100' })
    .min(0, 'must be a number, 0 to 100')
    .max(100, 'must be a number, 0 to 100');

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number, ${least} to ${most}`;
  return z.int({ error }).min(least, error).max(most, error);
}

const timeout = time().describe('Longest a request may take, its retries included. Code `GATEWAY_TIMEOUT`.');
const maxResponseBytes = bytes().describe('Largest answer.');
const maxConcurrentRequests = count().describe(
  'Most requests in progress; more fail at once. Code `SUBGRAPH_BUSY`.',
);
const pipelining = wholeNumber(1, 64).describe(
  'Reads in progress on one connection. More than 1 only where all of them are answered about as fast.',
);
const attempts = wholeNumber(0, 10).describe(
  'How often a read is asked again when nothing was reached, or the status is 429, 502, 503 or 504; 0: never.',
);
const budget = percent().describe('Retries for a hundred requests, and ten to begin with.');
const baseDelay = time().describe(
  'The first pause is up to this, each next up to twice as long; `Retry-After` comes before it.',
);
const compression = z
  .enum(['gzip', 'br', 'deflate', 'identity'], { error: 'must be gzip, br, deflate or identity' })
  .describe('How requests are compressed; `identity`: not at all. The subgraph has to understand it.');
const compressionMinSize = bytes().describe('Shorter requests are sent as they are.');
const hedgingEnabled = z.boolean().describe('Ask reads a second time that take longer than most.');
const hedgingPercentile = z
  .number({ error: 'must be a number, 50 to 99.9' })
  .min(50, 'must be a number, 50 to 99.9')
  .max(99.9, 'must be a number, 50 to 99.9')
  .describe('A read that takes longer than so many of a hundred lately is asked a second time.');
const hedgingBudget = percent().describe('Second reads for a hundred, and ten to begin with.');
const breakerEnabled = z
  .boolean()
  .describe('Stop asking a subgraph that fails too often, or answers nothing. Code `SUBGRAPH_CIRCUIT_OPEN`.');
const errorPercent = percent().describe('Share of failed requests that opens the circuit.');
const minRequests = count().describe('Fewer requests in the window, or fewer that wait, say nothing.');
const breakerWindow = time().describe('How far back requests count.');
const maxSilence = time().describe(
  'Longest that `min_requests` may wait while none is answered, or four times what 99 of a hundred took lately when that is longer.',
);
const openFor = time().describe(
  'How long nothing is asked before one request tries, and until the next one does.',
);

const All = z.strictObject({
  timeout: timeout.prefault('30s'),
  max_response_bytes: maxResponseBytes.prefault('100MB'),
  max_concurrent_requests: maxConcurrentRequests.default(1_000),
  pipelining: pipelining.default(1),
  retry: z
    .strictObject({
      attempts: attempts.default(2),
      budget_percent: budget.default(20),
      base_delay: baseDelay.prefault('50ms'),
    })
    .prefault({})
    .describe('Asking again. Mutations are never asked again.'),
  compression: compression.default('identity'),
  compression_min_size: compressionMinSize.prefault('4KiB'),
  hedging: z
    .strictObject({
      enabled: hedgingEnabled.default(false),
      percentile: hedgingPercentile.default(95),
      budget_percent: hedgingBudget.default(5),
    })
    .prefault({})
    .describe('Two equal reads, of which the first answer counts. Never mutations.'),
  circuit_breaker: z
    .strictObject({
      enabled: breakerEnabled.default(true),
      error_percent: errorPercent.default(50),
      min_requests: minRequests.default(20),
      window: breakerWindow.prefault('10s'),
      max_silence: maxSilence.prefault('250ms'),
      open_for: openFor.prefault('2s'),
    })
    .prefault({})
    .describe('Not asking for a while.'),
});

const One = z.strictObject({
  timeout: timeout.optional(),
  max_response_bytes: maxResponseBytes.optional(),
  max_concurrent_requests: maxConcurrentRequests.optional(),
  pipelining: pipelining.optional(),
  retry: z
    .strictObject({
      attempts: attempts.optional(),
      budget_percent: budget.optional(),
      base_delay: baseDelay.optional(),
    })
    .optional()
    .describe('Asking again.'),
  compression: compression.optional(),
  compression_min_size: compressionMinSize.optional(),
  hedging: z
    .strictObject({
      enabled: hedgingEnabled.optional(),
      percentile: hedgingPercentile.optional(),
      budget_percent: hedgingBudget.optional(),
    })
    .optional()
    .describe('Two equal reads.'),
  circuit_breaker: z
    .strictObject({
      enabled: breakerEnabled.optional(),
      error_percent: errorPercent.optional(),
      min_requests: minRequests.optional(),
      window: breakerWindow.optional(),
      max_silence: maxSilence.optional(),
      open_for: openFor.optional(),
    })
    .optional()
    .describe('Not asking for a while.'),
});

/** `traffic_shaping` of gateway.yaml. */
export const TrafficShaping = z.strictObject({
  sharing: z
    .enum(['queries', 'reads', 'off'], { error: 'must be queries, reads or off' })
    .default('queries')
    .describe(
      'What is asked once when it is asked twice at the same time: whole `queries` of anonymous clients, `reads` of subgraphs only, or `off`.',
    ),
  max_entities_per_request: count()
    .default(1_000)
    .describe('Most entities in one request to a subgraph; more are asked for in several at once.'),
  router: z
    .strictObject({
      timeout: duration('60s').describe(
        'Longest a request may take; what is not there by then is null. Code `GATEWAY_TIMEOUT`.',
      ),
      concurrency_limit: count()
        .default(5_000)
        .describe('Most requests in progress, for each process. Code `REQUEST_CONCURRENCY_LIMITED`.'),
      max_event_loop_delay: duration('500ms').describe(
        'A process that is this late with what is due takes no more. Code `REQUEST_CONCURRENCY_LIMITED`.',
      ),
    })
    .prefault({})
    .describe('Requests of clients.'),
  all: All.prefault({}).describe('Requests to every subgraph.'),
  subgraphs: z
    .record(z.string(), One)
    .default({})
    .describe('Subgraphs by name; what is not said here is as for all.'),
});

/** `override_subgraph_url` of gateway.yaml. */
export const OverrideSubgraphUrl = z.record(z.string(), httpUrl).default({});

export function subgraphShapes(
  { all, subgraphs }: z.output<typeof TrafficShaping>,
  urls: z.output<typeof OverrideSubgraphUrl>,
): SubgraphShapes {
  const names = [...new Set([...Object.keys(subgraphs), ...Object.keys(urls)])];
  return {
    all: shapeOf(all, undefined),
    subgraphs: new Map(
      names.map((name) => {
        const one = subgraphs[name];
        const merged = {
          ...withGiven(all, one),
          retry: withGiven(all.retry, one?.retry),
          hedging: withGiven(all.hedging, one?.hedging),
          circuit_breaker: withGiven(all.circuit_breaker, one?.circuit_breaker),
        };
        return [name, shapeOf(merged, urls[name])];
      }),
    ),
  };
}

function shapeOf(
  {
    timeout: timeoutMs,
    retry,
    compression: encoding,
    hedging,
    circuit_breaker: breaker,
    ...rest
  }: z.output<typeof All>,
  url: string | undefined,
): SubgraphShape {
  return {
    url,
    timeoutMs,
    maxResponseBytes: rest.max_response_bytes,
    maxConcurrent: rest.max_concurrent_requests,
    pipelining: rest.pipelining,
    retry: {
      attempts: retry.attempts,
      budgetPercent: retry.budget_percent,
      baseDelayMs: retry.base_delay,
    },
    compression: encoding === 'identity' ? undefined : { encoding, minBytes: rest.compression_min_size },
    hedging: hedging.enabled
      ? { percentile: hedging.percentile, budgetPercent: hedging.budget_percent }
      : undefined,
    circuitBreaker: breaker.enabled
      ? {
          errorPercent: breaker.error_percent,
          minRequests: breaker.min_requests,
          windowMs: breaker.window,
          maxSilenceMs: breaker.max_silence,
          openMs: breaker.open_for,
        }
      : undefined,
  };
}

const withGiven = <T extends object>(all: T, one: object | undefined): T => ({
  ...all,
  ...Object.fromEntries(Object.entries(one ?? {}).filter(([, value]) => value !== undefined)),
});
