import * as z from 'zod';
import type { CanaryOptions } from '../supergraph/canary.ts';
import { clientKeys, keySource, trustedProxies } from './client-key-yaml.ts';
import { count, duration } from './config-values.ts';

const factor = (fallback: number) =>
  z.number({ error: 'must be a number, 1 or more' }).min(1, 'must be a number, 1 or more').default(fallback);

/** `canary` of gateway.yaml. */
export const CanaryYaml = z.strictObject({
  percent: z
    .number({ error: 'must be a number above 0 and below 100' })
    .gt(0, 'must be a number above 0 and below 100')
    .lt(100, 'must be a number above 0 and below 100')
    .default(5)
    .describe('Callers of a hundred that get a new supergraph first.'),
  duration: duration('10m').describe('How long, before everybody gets it.'),
  key: clientKeys()
    .default(['claim:sub', 'ip'])
    .describe(
      'What a caller is known by, the first that a request has: `claim:NAME` of its access token, `header:NAME`, `ip`. A caller stays on one side.',
    ),
  trusted_proxies: trustedProxies(),
  min_requests: count()
    .default(200)
    .describe('Requests that each side must have had before the two are compared; per process.'),
  max_error_factor: factor(2).describe(
    "The new one is given up when its share of requests with errors is above the old one's times this, and above 1 %.",
  ),
  max_latency_factor: factor(1.5).describe(
    "The new one is given up when its 95th percentile of durations is above the old one's times this, and above 5 ms.",
  ),
});

export const canaryOptions = (yaml: z.output<typeof CanaryYaml>): CanaryOptions => ({
  percent: yaml.percent,
  durationMs: yaml.duration,
  keySources: yaml.key.map(keySource),
  trustedProxies: yaml.trusted_proxies,
  minRequests: yaml.min_requests,
  maxErrorFactor: yaml.max_error_factor,
  maxLatencyFactor: yaml.max_latency_factor,
});
