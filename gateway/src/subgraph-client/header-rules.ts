import type { IncomingHttpHeaders } from 'node:http';

/** What is done with headers on their way to a subgraph, one rule after the other. Names are in lower case. */
export type HeaderRule =
  | {
      readonly kind: 'propagate';
      /** Undefined: those whose names match a pattern. */
      readonly named: string | undefined;
      readonly matches: (name: string) => boolean;
      /** Undefined: as the client calls it. */
      readonly rename: string | undefined;
      /** For a client that does not send it, by the name it then has. */
      readonly default: { readonly name: string; readonly value: string } | undefined;
      /** Reads go without, and stay equal to others' reads. */
      readonly mutationsOnly: boolean;
    }
  | { readonly kind: 'insert'; readonly name: string; readonly value: string }
  | { readonly kind: 'remove'; readonly matches: (name: string) => boolean };

export interface HeaderRules {
  /** For every subgraph, before its own. */
  readonly all: readonly HeaderRule[];
  readonly subgraphs: ReadonlyMap<string, readonly HeaderRule[]>;
}

/**
 * Headers that say how one connection is used, or what its body is, and those that the gateway makes itself: a client's
 * would contradict them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
  'x-request-timeout-ms',
]);

export const mayBeSent = (name: string): boolean => !NEVER_SENT.has(name);

/** Of any kind of rules, for requests or for answers. */
export const appliesToReads = (rule: { readonly kind: string; readonly mutationsOnly?: boolean }): boolean =>
  rule.mutationsOnly !== true;

/** Headers of a client that reads of the subgraph are sent with; `*`: nobody can list them. */
export const propagatedToReads = (subgraph: string, { all, subgraphs }: HeaderRules): readonly string[] =>
  [...all, ...(subgraphs.get(subgraph) ?? [])].flatMap((rule) =>
    rule.kind === 'propagate' && appliesToReads(rule) ? [rule.named ?? '*'] : [],
  );

/** @returns What a request to the subgraph has of the client's headers and of its own; undefined: nothing. */
export function headersFor(
  subgraph: string,
  { all, subgraphs }: HeaderRules,
  incoming: IncomingHttpHeaders,
  isMutation: boolean,
): Readonly<Record<string, string>> | undefined {
  const own = subgraphs.get(subgraph);
  if (all.length === 0 && own === undefined) return undefined;
  const sent = new Map<string, string>();
  const named = connectionOptions(incoming);
  const isSendable = (name: string): boolean => mayBeSent(name) && !named.has(name);
  for (const rule of [...all, ...(own ?? [])])
    if (isMutation || appliesToReads(rule)) apply(rule, incoming, isSendable, sent);
  return sent.size === 0 ? undefined : Object.fromEntries(sent);
}

function apply(
  rule: HeaderRule,
  incoming: IncomingHttpHeaders,
  isSendable: (name: string) => boolean,
  sent: Map<string, string>,
): void {
  if (rule.kind === 'insert') sent.set(rule.name, rule.value);
  else if (rule.kind === 'remove') {
    for (const name of [...sent.keys()]) if (rule.matches(name)) sent.delete(name);
  } else {
    let isFound = false;
    for (const [name, value] of Object.entries(incoming)) {
      if (value === undefined || !rule.matches(name) || !isSendable(name)) continue;
      isFound = true;
      sent.set(rule.rename ?? name, Array.isArray(value) ? value.join(', ') : value);
    }
    if (!isFound && rule.default !== undefined) sent.set(rule.default.name, rule.default.value);
  }
}

/** Headers that the client's `Connection` names are for the next hop only. */
const connectionOptions = ({ connection = '' }: IncomingHttpHeaders): ReadonlySet<string> =>
  new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
