import { Lexer, parse, print, Source, TokenKind } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Manifest } from './manifest.ts';

/** What is sent again and again is normalised once. */
const REMEMBERED_BYTES = 10_000_000;

/** Printing leaves out no more than one token for each that stays: `query` of `query { n }`. */
const TOKENS_FOR_EACH_PRINTED = 2;

/** Tells whether a document is one of a manifest's, however it is laid out. */
export class Safelist {
  readonly #maxTokens: number;
  #manifest: Manifest | undefined;
  /** As they are, and normalised. */
  #allowed = new Set<string>();
  /** Of a document that may be allowed, at most. */
  #tokens = 0;
  readonly #known = new LRUCache<string, boolean>({ maxSize: REMEMBERED_BYTES });

  /** @param maxTokens Most lexical tokens of a document. */
  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
  }

  /** Costs as much as the longest document of the manifest, not as what anybody sends: it runs before every other limit. */
  has(document: string, manifest: Manifest): boolean {
    if (manifest !== this.#manifest) this.#take(manifest);
    if (this.#allowed.has(document)) return true;
    let isAllowed = this.#known.get(document);
    if (isAllowed === undefined) {
      const text = normalized(document, this.#tokens);
      isAllowed = text !== undefined && this.#allowed.has(text);
      this.#known.set(document, isAllowed, { size: document.length * 2 + 1 });
    }
    return isAllowed;
  }

  #take(manifest: Manifest): void {
    this.#manifest = manifest;
    const texts = manifest.bodies.flatMap((body) => normalized(body) ?? []);
    const longest = texts.reduce((most, text) => Math.max(most, countTokens(text)), 0);
    this.#allowed = new Set([...manifest.bodies, ...texts]);
    this.#tokens = Math.min(this.#maxTokens, longest * TOKENS_FOR_EACH_PRINTED);
    this.#known.clear();
  }
}

/**
 * Without layout and comments, and with definitions in one order.
 *
 * @returns undefined for what is no GraphQL, or has more tokens than that.
 */
function normalized(document: string, maxTokens?: number): string | undefined {
  try {
    const { definitions } = parse(document, { noLocation: true, maxLexicalTokens: maxTokens });
    return definitions.map(print).sort().join('\n\n');
  } catch {
    return undefined;
  }
}

/** @param document Well-formed. */
function countTokens(document: string): number {
  const lexer = new Lexer(new Source(document));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}
