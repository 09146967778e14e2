import { z } from 'zod';
import { mayBeSent, type HeaderRule, type HeaderRules } from '../subgraph-client/header-rules.ts';

const name = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header')
  .transform((text) => text.toLowerCase())
  .refine(mayBeSent, 'is a header that the gateway makes itself, or that is for one connection only');

const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is no regular expression: ${(error as Error).message}` });
    return z.NEVER;
  }
});

/** By name or by pattern. */
const isOneOfTwo = ({ named, matching }: { named?: unknown; matching?: unknown }): boolean =>
  (named === undefined) !== (matching === undefined);
const ONE_OF_TWO = 'must have either named or matching';

const Propagate = z
  .strictObject({
    named: name.optional().describe('Header of the client.'),
    matching: pattern.optional().describe('Headers of the client whose names match this.'),
    rename: name.optional().describe('Name that it gets; for one that is `named`.'),
    default: z
      .string()
      .optional()
      .describe('Value when the client does not send it; for one that is `named`.'),
  })
  .refine(isOneOfTwo, ONE_OF_TWO)
  .refine(
    (rule) => rule.matching === undefined || (rule.rename === undefined && rule.default === undefined),
    'has a rename or default, which need named',
  );

const Rule = z
  .strictObject({
    propagate: Propagate.optional().describe("Send the client's."),
    insert: z
      .strictObject({
        name: name.describe('Name of the header.'),
        value: z
          .string()
          // RFC 9110 section 5.5: anything else could end the header, and begin another.
          .regex(/^[\t\x20-\x7e]*$/, 'must be text of one line, in ASCII')
          .describe('Its value; `${env.X}` for what is secret.'),
      })
      .optional()
      .describe('Send one of its own.'),
    remove: z
      .strictObject({
        named: name.optional().describe('Header.'),
        matching: pattern.optional().describe('Headers whose names match this.'),
      })
      .refine(isOneOfTwo, ONE_OF_TWO)
      .optional()
      .describe('Do not send what an earlier rule would.'),
  })
  .refine(
    (rule) => Object.values(rule).filter((each) => each !== undefined).length === 1,
    'must be one of propagate, insert and remove',
  );

const Rules = z.strictObject({
  request: z.array(Rule).default([]).describe('Rules, one after the other.'),
});

/** `headers` of gateway.yaml. */
export const Headers = z.strictObject({
  all: Rules.prefault({}).describe('For every subgraph.'),
  subgraphs: z.record(z.string(), Rules).default({}).describe('For subgraphs by name, after those for all.'),
});

export const headerRules = ({ all, subgraphs }: z.output<typeof Headers>): HeaderRules => ({
  all: all.request.map(toRule),
  subgraphs: new Map(
    Object.entries(subgraphs).map(([subgraph, { request }]) => [subgraph, request.map(toRule)]),
  ),
});

function toRule({ propagate, insert, remove }: z.output<typeof Rule>): HeaderRule {
  if (insert !== undefined) return { kind: 'insert', ...insert };
  if (remove !== undefined) return { kind: 'remove', matches: matcher(remove) };
  const { named = '', rename, default: value } = propagate ?? {};
  return {
    kind: 'propagate',
    matches: matcher(propagate ?? {}),
    rename,
    default: value === undefined ? undefined : { name: rename ?? named, value },
  };
}

const matcher =
  ({ named, matching }: { named?: string | undefined; matching?: RegExp | undefined }) =>
  (header: string): boolean =>
    matching === undefined ? header === named : matching.test(header);
