import * as z from 'zod';
import type { OverrideOptions } from '../pipeline/decide-overrides.ts';
import { clientKeys, keySource, trustedProxies } from './client-key-yaml.ts';

const Rule = z.strictObject({
  percent: z
    .number({ error: 'must be a number, 0 to 100' })
    .min(0, 'must be a number, 0 to 100')
    .max(100, 'must be a number, 0 to 100')
    .optional()
    .describe('To this many callers of a hundred.'),
  scopes: z.array(z.string()).default([]).describe('To callers whose access token has one of these scopes.'),
  header: z
    .strictObject({
      name: z.string().describe('Its name.'),
      value: z.string().default('true').describe('Its whole value.'),
    })
    .optional()
    .describe('To requests with this header.'),
});

/** `progressive_override` of gateway.yaml. */
export const ProgressiveOverride = z.strictObject({
  key: clientKeys()
    .default(['claim:sub'])
    .describe(
      'What a caller is known by, the first that a request has: `claim:NAME` of its access token, `header:NAME`, `ip`. Who is known stays on one side; for others chance decides with every request.',
    ),
  trusted_proxies: trustedProxies(),
  labels: z
    .record(z.string(), Rule)
    .default({})
    .describe(
      'When labels apply that are no `percent(x)`, by name; one of what is said of a label is enough.',
    ),
});

export const overrideOptions = (yaml: z.output<typeof ProgressiveOverride>): OverrideOptions => ({
  keySources: yaml.key.map(keySource),
  trustedProxies: yaml.trusted_proxies,
  rules: new Map(
    Object.entries(yaml.labels).map(([label, { percent, scopes, header }]) => [
      label,
      { percent, scopes, header: header && { ...header, name: header.name.toLowerCase() } },
    ]),
  ),
});
