import type { SubgraphResponse } from '../execution/subgraph-sender.ts';
import { aged, mostRestrictive } from './cache-control.ts';
import { appliesToReads, propagatedToReads, type HeaderRules } from './header-rules.ts';

/** What becomes of a header that several answers have. */
export type MergeAlgorithm = 'first' | 'last' | 'append' | 'most_restrictive';

/** What is done with headers of a subgraph's answer on their way to the client, one rule after the other. Names are in lower case. */
export type ResponseHeaderRule =
  | {
      readonly kind: 'propagate';
      readonly matches: (name: string) => boolean;
      /** Undefined: as the subgraph calls it. */
      readonly rename: string | undefined;
      /** For an answer that does not have it, by the name it then has. */
      readonly default: { readonly name: string; readonly value: string } | undefined;
      /** Undefined: the one that never does harm, by its name. */
      readonly algorithm: MergeAlgorithm | undefined;
      /** What reads are answered with stays fit for several requests. */
      readonly mutationsOnly: boolean;
    }
  | {
      readonly kind: 'insert';
      readonly name: string;
      readonly value: string;
      readonly algorithm: MergeAlgorithm;
    }
  | { readonly kind: 'remove'; readonly matches: (name: string) => boolean };

export interface SubgraphResponseRules {
  readonly rules: readonly ResponseHeaderRule[];
  /** Whether cookies of reads reach the client: such an answer is for the one who asked. */
  readonly passesCookies: boolean;
}

export interface ResponseHeaderRules {
  /** Of subgraphs that `subgraphs` does not name. */
  readonly all: SubgraphResponseRules;
  readonly subgraphs: ReadonlyMap<string, SubgraphResponseRules>;
}

/**
 * Headers that say how one connection is used, what one body is or how old, and those that the gateway makes itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
const NEVER_PASSED: ReadonlySet<string> = new Set([
  'accept-ranges',
  'age',
  'alt-svc',
  'connection',
  'content-digest',
  'content-encoding',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'keep-alive',
  'last-modified',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'repr-digest',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'www-authenticate',
  'x-request-id',
]);

/** Which pages of other origins may read an answer the gateway says. */
export const mayBePassed = (name: string): boolean =>
  !NEVER_PASSED.has(name) && !name.startsWith('access-control-');

const SET_COOKIE = 'set-cookie';
const CACHE_CONTROL = 'cache-control';
const VARY = 'vary';

interface Received {
  readonly values: readonly string[];
  readonly algorithm: MergeAlgorithm;
}

/** Headers of subgraphs' answers to one request, as far as its client gets them. */
export class ReceivedHeaders {
  readonly #rules: ResponseHeaderRules;
  readonly #merged = new Map<
    string,
    { values: readonly string[]; algorithm: MergeAlgorithm; count: number }
  >();
  readonly #subgraphs = new Set<string>();
  readonly #vary: string[] = [];
  #answers = 0;

  constructor(rules: ResponseHeaderRules) {
    this.#rules = rules;
  }

  /** Whether an answer of the subgraph may be for several requests at once. */
  mayShare(subgraph: string): boolean {
    return !this.#of(subgraph).passesCookies;
  }

  add(subgraph: string, { headers }: SubgraphResponse, isMutation: boolean): void {
    this.#answers += 1;
    this.#subgraphs.add(subgraph);
    if (headers[VARY] !== undefined) this.#vary.push(...[headers[VARY]].flat());
    const { rules } = this.#of(subgraph);
    for (const [name, received] of passed(isMutation ? rules : rules.filter(appliesToReads), headers))
      this.#merge(name, received);
  }

  /** Headers of the client that answers, and what was asked for them, depend on. */
  varyBy(rules: HeaderRules): readonly string[] {
    return [
      ...[...this.#subgraphs].flatMap((subgraph) => propagatedToReads(subgraph, rules)),
      // How a body is encoded is between the gateway and each of its sides.
      ...this.#vary.flatMap(namesIn).filter((name) => name !== 'accept-encoding'),
    ];
  }

  /**
   * @param mayBeStored False: no cache may keep the answer, whatever subgraphs said of theirs.
   * @param isPrivate Whether the answer is for one caller alone.
   */
  toHeaders(mayBeStored: boolean, isPrivate: boolean): Readonly<Record<string, string | readonly string[]>> {
    const headers: Record<string, string | readonly string[]> = {};
    for (const [name, { values, algorithm, count }] of this.#merged) {
      if (name === CACHE_CONTROL && !mayBeStored) continue;
      if (algorithm === 'most_restrictive')
        // An answer that says nothing promises nothing.
        headers[name] = count < this.#answers ? 'no-store' : mostRestrictive(values, isPrivate);
      else headers[name] = name === SET_COOKIE ? values : values.join(', ');
    }
    return headers;
  }

  #of(subgraph: string): SubgraphResponseRules {
    return this.#rules.subgraphs.get(subgraph) ?? this.#rules.all;
  }

  #merge(name: string, { values, algorithm }: Received): void {
    const known = this.#merged.get(name);
    if (known === undefined) {
      this.#merged.set(name, { values, algorithm, count: 1 });
      return;
    }
    known.count += 1;
    if (algorithm === 'first') return;
    known.algorithm = algorithm;
    known.values = algorithm === 'last' ? values : [...known.values, ...values];
  }
}

function passed(
  rules: readonly ResponseHeaderRule[],
  headers: SubgraphResponse['headers'],
): ReadonlyMap<string, Received> {
  const result = new Map<string, Received>();
  const named = connectionOptions(headers);
  for (const rule of rules) {
    if (rule.kind === 'insert') result.set(rule.name, { values: [rule.value], algorithm: rule.algorithm });
    else if (rule.kind === 'remove') {
      for (const name of [...result.keys()]) if (rule.matches(name)) result.delete(name);
    } else {
      let isFound = false;
      for (const [name, value = []] of Object.entries(headers)) {
        if (!rule.matches(name) || !mayBePassed(name) || named.has(name)) continue;
        const values = (Array.isArray(value) ? value : [value]).filter(isSendable);
        if (values.length === 0) continue;
        isFound = true;
        set(result, rule.rename ?? name, values, rule.algorithm, headers);
      }
      if (!isFound && rule.default !== undefined)
        set(result, rule.default.name, [rule.default.value], rule.algorithm, {});
    }
  }
  return result;
}

function set(
  result: Map<string, Received>,
  name: string,
  values: readonly string[],
  given: MergeAlgorithm | undefined,
  { age }: SubgraphResponse['headers'],
): void {
  const algorithm = given ?? HARMLESS[name] ?? 'last';
  result.set(name, {
    values:
      algorithm === 'most_restrictive'
        ? [aged(values.join(', '), typeof age === 'string' ? age : undefined)]
        : values,
    algorithm,
  });
}

const HARMLESS: Readonly<Record<string, MergeAlgorithm | undefined>> = {
  [CACHE_CONTROL]: 'most_restrictive',
  [SET_COOKIE]: 'append',
};

/** RFC 9110 section 5.5; anything else Node.js would refuse to send, and the whole answer with it, or garble. */
const isSendable = (value: string): boolean => /^[\t\x20-\x7e]*$/.test(value);

/** Headers that the subgraph's `Connection` names are for this hop only. */
const connectionOptions = ({ connection = '' }: SubgraphResponse['headers']): ReadonlySet<string> =>
  new Set(namesIn(String(connection)));

const namesIn = (list: string): readonly string[] => list.split(',').map((name) => name.trim().toLowerCase());
