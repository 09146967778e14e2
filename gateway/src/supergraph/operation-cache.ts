import { LRUCache } from 'lru-cache';
import type { CompiledOperation } from '../execution/compile-operation.ts';
import type { Condition, OperationToPrepare } from '../planning/protocol.ts';
import type { ClientFacts, KnownOperation } from './operations.ts';

/** What is known of a document. */
export interface CachedDocument {
  readonly text: string;
  readonly conditions: readonly Condition[];
  /** Undefined: it is not valid. */
  readonly client: ClientFacts | undefined;
  /** By the values of the conditions. */
  readonly variants: Map<string, CachedVariant>;
  /** Without its variants. */
  readonly bytes: number;
}

export interface CachedVariant {
  readonly operation: OperationToPrepare;
  readonly known: KnownOperation;
  readonly plan: CachedPlan | undefined;
  /** Without its plan. */
  readonly bytes: number;
  uses: number;
}

/** Operations that differ only in their literals have one. */
export interface CachedPlan {
  readonly key: string;
  readonly compiled: CompiledOperation;
  /** Keys of the documents that come to it. */
  readonly holders: Set<string>;
  bytes: number;
}

/** A document with many conditions has more variants than anybody asks for; those asked for first go first. */
const MAX_VARIANTS = 64;
/** One document, with its plans, is not worth forgetting all the others for. */
const MAX_SHARE = 1 / 4;

/**
 * Documents with their plans, the least recently used forgotten first. A plan is there, and counted, as long as one of its
 * documents is: nothing that is held is not counted.
 */
export class OperationCache {
  readonly #maxBytes: number;
  readonly #documents: LRUCache<string, CachedDocument>;
  readonly #plans = new Map<string, CachedPlan>();
  #planBytes = 0;
  #evictions = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#documents = new LRUCache<string, CachedDocument>({
      maxSize: maxBytes,
      dispose: ({ variants }, key, reason) => {
        // The next value of the key has the same variants.
        if (reason !== 'set') this.#forget(key, variants);
      },
    });
  }

  /** Counts as a use. */
  find(key: string): CachedDocument | undefined {
    return this.#documents.get(key);
  }

  peek(key: string): CachedDocument | undefined {
    return this.#documents.peek(key);
  }

  plan(key: string): CachedPlan | undefined {
    return this.#plans.get(key);
  }

  get documents(): Iterable<CachedDocument> {
    return this.#documents.values();
  }

  get statistics() {
    return {
      documents: this.#documents.size,
      plans: this.#plans.size,
      bytes: this.#documents.calculatedSize + this.#planBytes,
      evictions: this.#evictions,
    };
  }

  /** @param document As it is known already, but for this variant. */
  keep(key: string, document: CachedDocument, name: string, variant: CachedVariant): void {
    const { variants } = document;
    if (variants.has(name)) this.#drop(key, variants, name);
    this.#hold(key, variant.plan);
    variants.set(name, variant);
    for (const first of variants.keys()) {
      if (first === name || (variants.size <= MAX_VARIANTS && this.#fits(wholeBytes(document)))) break;
      this.#drop(key, variants, first);
    }
    if (this.#fits(wholeBytes(document))) {
      this.#documents.set(key, { ...document }, { size: bytesOf(document) });
      this.#trim();
    } else if (!this.#documents.delete(key)) this.#forget(key, variants);
  }

  /** Tells that a plan has come to take more: it remembers of its own work. */
  grow(plan: CachedPlan, bytes: number): void {
    plan.bytes += bytes;
    if (plan.holders.size === 0) return;
    this.#planBytes += bytes;
    if (this.#fits(plan.bytes)) this.#trim();
    else for (const key of [...plan.holders]) this.#documents.delete(key);
  }

  #fits(bytes: number): boolean {
    return bytes <= this.#maxBytes * MAX_SHARE;
  }

  #trim(): void {
    while (this.#documents.calculatedSize + this.#planBytes > this.#maxBytes) {
      if (this.#documents.pop() === undefined) break;
    }
  }

  #hold(key: string, plan: CachedPlan | undefined): void {
    if (plan === undefined) return;
    if (plan.holders.size === 0) {
      this.#plans.set(plan.key, plan);
      this.#planBytes += plan.bytes;
    }
    plan.holders.add(key);
  }

  #forget(key: string, variants: CachedDocument['variants']): void {
    this.#evictions += 1;
    for (const { plan } of variants.values()) this.#release(key, plan);
  }

  #drop(key: string, variants: CachedDocument['variants'], name: string): void {
    const plan = variants.get(name)?.plan;
    variants.delete(name);
    for (const other of variants.values()) if (other.plan === plan) return;
    this.#release(key, plan);
  }

  #release(key: string, plan: CachedPlan | undefined): void {
    if (plan?.holders.delete(key) !== true || plan.holders.size > 0) return;
    this.#plans.delete(plan.key);
    this.#planBytes -= plan.bytes;
  }
}

const bytesOf = ({ bytes, variants }: CachedDocument): number =>
  [...variants.values()].reduce((sum, variant) => sum + variant.bytes, bytes);

const wholeBytes = (document: CachedDocument): number =>
  [...document.variants.values()].reduce((sum, { plan }) => sum + (plan?.bytes ?? 0), bytesOf(document));
