import * as z from 'zod';
import type { SubgraphErrorPolicy } from '../pipeline/describe-error.ts';

const Policy = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        redact_message: z.boolean().default(false).describe('Replace the message.'),
        allow_extensions_keys: z
          .array(z.string())
          .optional()
          .describe('Members of `extensions` that clients see; no others.'),
        deny_extensions_keys: z
          .array(z.string())
          .optional()
          .describe('Members of `extensions` that clients do not see.'),
      }),
    ],
    { error: 'must be true, false, or options with their values' },
  )
  .refine(
    (policy) =>
      typeof policy === 'boolean' ||
      policy.allow_extensions_keys === undefined ||
      policy.deny_extensions_keys === undefined,
    'must have allow_extensions_keys or deny_extensions_keys, not both',
  );

/** `include_subgraph_errors` of gateway.yaml. */
export const IncludeSubgraphErrors = z.strictObject({
  all: Policy.default(true).describe(
    'Errors of every subgraph that is not named below: `true` as they are, `false` redacted, or in part.',
  ),
  subgraphs: z.record(z.string(), Policy).default({}).describe('Errors of subgraphs by name.'),
});

export interface SubgraphErrorsConfig {
  readonly all: SubgraphErrorPolicy;
  readonly subgraphs: ReadonlyMap<string, SubgraphErrorPolicy>;
}

export const subgraphErrorsConfig = ({
  all,
  subgraphs,
}: z.output<typeof IncludeSubgraphErrors>): SubgraphErrorsConfig => ({
  all: policyOf(all),
  subgraphs: new Map(Object.entries(subgraphs).map(([name, policy]) => [name, policyOf(policy)])),
});

const policyOf = (policy: z.output<typeof Policy>): SubgraphErrorPolicy =>
  typeof policy === 'boolean'
    ? { showsMessage: policy, showsExtension: () => policy }
    : {
        showsMessage: !policy.redact_message,
        showsExtension: (key) =>
          policy.allow_extensions_keys?.includes(key) ?? !policy.deny_extensions_keys?.includes(key),
      };
