import * as z from 'zod';
import { mayBeSent, type HeaderRule, type HeaderRules } from '../subgraph-client/header-rules.ts';
import {
  mayBePassed,
  type ResponseHeaderRule,
  type ResponseHeaderRules,
  type SubgraphResponseRules,
} from '../subgraph-client/received-headers.ts';

const headerName = (mayBe: (name: string) => boolean) =>
  z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header')
    .transform((text) => text.toLowerCase())
    .refine(mayBe, 'is a header that the gateway makes itself, or that is for one connection only');
const sent = headerName(mayBeSent);
const passed = headerName(mayBePassed);

const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is no regular expression: ${(error as Error).message}` });
    return z.NEVER;
  }
});

/** RFC 9110 section 5.5: anything else could end the header, and begin another. */
const value = () => z.string().regex(/^[\t\x20-\x7e]*$/, 'must be text of one line, in ASCII');

const mutationsOnly = () =>
  z.boolean().default(false).describe('Only with mutations; equal reads can still be answered together.');

/** By name or by pattern. */
const isOneOfTwo = ({ named, matching }: { named?: unknown; matching?: unknown }): boolean =>
  (named === undefined) !== (matching === undefined);
const ONE_OF_TWO = 'must have either named or matching';

interface Naming {
  readonly matching?: unknown;
  readonly rename?: unknown;
  readonly default?: unknown;
}
const namesWhatItRenames = ({ matching, rename, default: fallback }: Naming): boolean =>
  matching === undefined || (rename === undefined && fallback === undefined);
const NEED_NAMED = 'has a rename or default, which need named';

const isOneRule = (rule: object): boolean =>
  Object.values(rule).filter((each) => each !== undefined).length === 1;
const ONE_RULE = 'must be one of propagate, insert and remove';

const removal = (name: typeof sent) =>
  z
    .strictObject({
      named: name.optional().describe('Header.'),
      matching: pattern.optional().describe('Headers whose names match this.'),
    })
    .refine(isOneOfTwo, ONE_OF_TWO)
    .optional();

const RequestRule = z
  .strictObject({
    propagate: z
      .strictObject({
        named: sent.optional().describe('Header of the client.'),
        matching: pattern.optional().describe('Headers of the client whose names match this.'),
        rename: sent.optional().describe('Name that it gets; for one that is `named`.'),
        default: value()
          .optional()
          .describe('Value when the client does not send it; for one that is `named`.'),
        mutations_only: mutationsOnly(),
      })
      .refine(isOneOfTwo, ONE_OF_TWO)
      .refine(namesWhatItRenames, NEED_NAMED)
      .optional()
      .describe("Send the client's."),
    insert: z
      .strictObject({
        name: sent.describe('Name of the header.'),
        value: value().describe('Its value; `${env.X}` for what is secret.'),
      })
      .optional()
      .describe('Send one of its own.'),
    remove: removal(sent).describe('Do not send what an earlier rule would.'),
  })
  .refine(isOneRule, ONE_RULE);

const algorithm = z.enum(['first', 'last', 'append', 'most_restrictive'], {
  error: 'must be first, last, append or most_restrictive',
});
const ONLY_CACHE_CONTROL = 'has most_restrictive, which is for cache-control alone';

const ResponseRule = z
  .strictObject({
    propagate: z
      .strictObject({
        named: passed.optional().describe('Header of the subgraph.'),
        matching: pattern.optional().describe('Headers of the subgraph whose names match this.'),
        rename: passed.optional().describe('Name that it gets; for one that is `named`.'),
        default: value()
          .optional()
          .describe('Value when the subgraph does not send it; for one that is `named`.'),
        mutations_only: mutationsOnly(),
        algorithm: algorithm
          .optional()
          .describe(
            'What becomes of a header that several answers have: the `first` or `last` that came, all (`append`), or what none of them forbids (`most_restrictive`, the default for `cache-control`). `append` is the default for `set-cookie`, `last` for others.',
          ),
      })
      .refine(isOneOfTwo, ONE_OF_TWO)
      .refine(namesWhatItRenames, NEED_NAMED)
      .refine(
        ({ algorithm: given, named, rename }) =>
          given !== 'most_restrictive' || (rename ?? named) === 'cache-control',
        ONLY_CACHE_CONTROL,
      )
      .optional()
      .describe("Pass on the subgraph's."),
    insert: z
      .strictObject({
        name: passed.describe('Name of the header.'),
        value: value().describe('Its value.'),
        algorithm: algorithm
          .default('last')
          .describe('What becomes of it when other answers have it too: as with `propagate`.'),
      })
      .refine(
        ({ algorithm: given, name }) => given !== 'most_restrictive' || name === 'cache-control',
        ONLY_CACHE_CONTROL,
      )
      .optional()
      .describe('Send one of its own with every answer that the subgraph has a part in.'),
    remove: removal(passed).describe('Do not pass on what an earlier rule would.'),
  })
  .refine(isOneRule, ONE_RULE);

const Rules = z.strictObject({
  request: z.array(RequestRule).default([]).describe('Rules for requests, one after the other.'),
  response: z
    .array(ResponseRule)
    .default([])
    .describe("Rules for what clients get of subgraphs' answers, one after the other."),
});

/** `headers` of gateway.yaml. */
export const Headers = z.strictObject({
  all: Rules.prefault({}).describe('For every subgraph.'),
  subgraphs: z.record(z.string(), Rules).default({}).describe('For subgraphs by name, after those for all.'),
});

export const headerRules = ({ all, subgraphs }: z.output<typeof Headers>): HeaderRules => ({
  all: all.request.map(toRequestRule),
  subgraphs: new Map(
    Object.entries(subgraphs)
      .filter(([, { request }]) => request.length > 0)
      .map(([subgraph, { request }]) => [subgraph, request.map(toRequestRule)]),
  ),
});

/** Undefined: there are none. */
export function responseHeaderRules({
  all,
  subgraphs,
}: z.output<typeof Headers>): ResponseHeaderRules | undefined {
  const own = Object.entries(subgraphs).filter(([, { response }]) => response.length > 0);
  if (all.response.length === 0 && own.length === 0) return undefined;
  return {
    all: withCookies(all.response.map(toResponseRule)),
    subgraphs: new Map(
      own.map(([subgraph, { response }]) => [
        subgraph,
        withCookies([...all.response, ...response].map(toResponseRule)),
      ]),
    ),
  };
}

const withCookies = (rules: readonly ResponseHeaderRule[]): SubgraphResponseRules => ({
  rules,
  passesCookies: rules.some(
    (rule) => rule.kind === 'propagate' && !rule.mutationsOnly && rule.matches('set-cookie'),
  ),
});

function toRequestRule({ propagate, insert, remove }: z.output<typeof RequestRule>): HeaderRule {
  if (insert !== undefined) return { kind: 'insert', ...insert };
  if (remove !== undefined) return { kind: 'remove', matches: matcher(remove) };
  return { kind: 'propagate', named: propagate?.named, ...propagation(propagate ?? {}) };
}

function toResponseRule({ propagate, insert, remove }: z.output<typeof ResponseRule>): ResponseHeaderRule {
  if (insert !== undefined) return { kind: 'insert', ...insert };
  if (remove !== undefined) return { kind: 'remove', matches: matcher(remove) };
  return { kind: 'propagate', ...propagation(propagate ?? {}), algorithm: propagate?.algorithm };
}

interface Selection {
  readonly named?: string | undefined;
  readonly matching?: RegExp | undefined;
}
interface Propagation extends Selection {
  readonly rename?: string | undefined;
  readonly default?: string | undefined;
  readonly mutations_only?: boolean;
}

const propagation = ({
  named = '',
  matching,
  rename,
  default: fallback,
  mutations_only: mutationsOnly = false,
}: Propagation) => ({
  matches: matcher({ named, matching }),
  rename,
  default: fallback === undefined ? undefined : { name: rename ?? named, value: fallback },
  mutationsOnly,
});

const matcher =
  ({ named, matching }: Selection) =>
  (header: string): boolean =>
    matching === undefined ? header === named : matching.test(header);
