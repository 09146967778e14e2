import * as z from 'zod';
import type { CorsOptions, CorsPolicy } from '../doors/cors.ts';
import { duration } from './config-values.ts';

const pattern = z.string().refine(isPattern, 'must be a regular expression').transform(wholeOrigin);

function isPattern(text: string): boolean {
  try {
    wholeOrigin(text);
    return true;
  } catch {
    return false;
  }
}

/** Anchored: `https://example\.com` must not let `https://example.com.evil.net` in. */
function wholeOrigin(text: string): RegExp {
  return new RegExp(`^(?:${text})$`);
}

const shared = {
  allow_credentials: z.boolean().default(false).describe('Let pages send cookies.'),
  allow_headers: z
    .array(z.string())
    .default([])
    .describe('Headers that pages may send; without any, those that they ask for.'),
  expose_headers: z.array(z.string()).default([]).describe('Headers of answers that pages may read.'),
  methods: z.array(z.string()).default(['GET', 'POST', 'OPTIONS']).describe('Methods that pages may use.'),
  max_age: duration('2h').describe('How long browsers may remember the answer.'),
};

const Policy = z.strictObject({
  origins: z.array(z.string()).default([]).describe('Origins, as `https://example.com`.'),
  match_origins: z.array(pattern).default([]).describe('Regular expressions for whole origins.'),
  ...shared,
});

/** `cors` of gateway.yaml. */
export const Cors = z
  .strictObject({
    allow_any_origin: z
      .boolean()
      .default(false)
      .describe('Let pages of every origin call, by the options that stand beside this one.'),
    ...shared,
    policies: z
      .array(Policy)
      .prefault([{ origins: ['https://studio.apollographql.com'] }])
      .describe('Origins whose pages may call, each as its policy says. The first that fits holds.'),
  })
  .refine(({ allow_any_origin: any, allow_credentials: credentials }) => !(any && credentials), {
    path: ['allow_credentials'],
    message: 'must be false with allow_any_origin: any page could act as its visitor',
  });

type Shared = Omit<z.output<typeof Policy>, 'origins' | 'match_origins'>;

export function corsOptions({
  allow_any_origin: allowAnyOrigin,
  policies,
  ...rest
}: z.output<typeof Cors>): CorsOptions {
  const policy = (yaml: Shared, origins: readonly string[], matchOrigins: readonly RegExp[]): CorsPolicy => ({
    origins,
    matchOrigins,
    allowCredentials: yaml.allow_credentials,
    allowHeaders: yaml.allow_headers,
    exposeHeaders: yaml.expose_headers,
    methods: yaml.methods,
    maxAgeSeconds: Math.round(yaml.max_age / 1_000),
  });
  return {
    policies: policies.map((each) => policy(each, each.origins, each.match_origins)),
    anyOrigin: allowAnyOrigin ? policy(rest, [], []) : undefined,
  };
}
