import { Kind, parse, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Manifest } from './manifest.ts';

/** What is sent again and again is normalised once. */
const REMEMBERED_BYTES = 10_000_000;

/** Tells whether a document is one of a manifest's, however it is laid out. */
export class Safelist {
  #manifest: Manifest | undefined;
  #allowed = new Set<string>();
  readonly #known = new LRUCache<string, boolean>({ maxSize: REMEMBERED_BYTES });

  has(document: string, manifest: Manifest): boolean {
    if (manifest !== this.#manifest) {
      this.#manifest = manifest;
      this.#allowed = new Set(manifest.bodies.map(normalized));
      this.#known.clear();
    }
    let isAllowed = this.#known.get(document);
    if (isAllowed === undefined) {
      isAllowed = this.#allowed.has(normalized(document));
      this.#known.set(document, isAllowed, { size: document.length * 2 + 1 });
    }
    return isAllowed;
  }
}

/** Without layout and comments, and with definitions in one order; what is no GraphQL as it is. */
function normalized(document: string): string {
  try {
    const { definitions } = parse(document, { noLocation: true });
    return print({
      kind: Kind.DOCUMENT,
      definitions: [...definitions].sort((a, b) => (print(a) < print(b) ? -1 : 1)),
    });
  } catch {
    return document;
  }
}
