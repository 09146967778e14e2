import type { Logger } from '@tributary/service-kit';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { ManifestSource } from './manifest-source.ts';
import {
  HASH_MISMATCH,
  ID_AND_BODY,
  ID_REQUIRED,
  NO_HASH,
  NOT_FOUND,
  NOT_IN_SAFELIST,
  NOT_SUPPORTED,
  notInList,
  WRONG_VERSION,
  type Refusal,
} from './refusals.ts';
import { Safelist } from './safelist.ts';

export interface PersistedOperationsOptions {
  /** Undefined: nothing is registered beforehand. */
  readonly manifests: ManifestSource | undefined;
  /** Whether documents that are not in a manifest are refused. */
  readonly safelist: boolean;
  /** Whether documents are refused where their id would do. */
  readonly requireId: boolean;
  /** Whether the log tells of documents that are not in a manifest. */
  readonly logUnknown: boolean;
  /** Most lexical tokens of a document. */
  readonly maxTokens: number;
  /** Most memory for documents that clients registered by their hash, in bytes; undefined: none is. */
  readonly automaticBytes: number | undefined;
  readonly logger: Logger;
}

/** What a request says of its document. */
export interface DocumentRequest {
  readonly query: unknown;
  readonly extensions: unknown;
  readonly operationName: unknown;
  readonly clientName: string | undefined;
}

/** A document, or why there is none. */
export type FoundDocument = { readonly text: string } | { readonly refusal: Refusal };

const ENTRY_BYTES = 200;
/** An unknown document is told of as far as that, and not read further than that for it. */
const TOLD_CHARACTERS = 500;
const READ_CHARACTERS = 10_000;

/**
 * Documents by their ids: registered in manifests, or automatically by the clients that send them. Codes and messages
 * are Apollo Router's.
 *
 * @see https://www.apollographql.com/docs/apollo-server/performance/apq
 */
export class PersistedOperations {
  readonly #options: PersistedOperationsOptions;
  readonly #safelist: Safelist;
  readonly #automatic: LRUCache<string, string> | undefined;

  constructor(options: PersistedOperationsOptions) {
    this.#options = options;
    this.#safelist = new Safelist(options.maxTokens);
    const { automaticBytes } = options;
    this.#automatic =
      automaticBytes === undefined ? undefined : new LRUCache<string, string>({ maxSize: automaticBytes });
  }

  /** Whether who is asking makes a difference. */
  get dependsOnClient(): boolean {
    return this.#options.manifests !== undefined;
  }

  /** @returns undefined for a request with a document of its own, which is taken as it is. */
  find(request: DocumentRequest): FoundDocument | undefined {
    const { query, extensions } = request;
    const persisted = isJsonObject(extensions) ? extensions['persistedQuery'] : undefined;
    if (persisted === undefined || persisted === null)
      return this.#options.manifests === undefined ? undefined : this.#check(request);
    if (!isJsonObject(persisted) || typeof persisted['sha256Hash'] !== 'string') return refuse(NO_HASH);
    return this.#findById(persisted, persisted['sha256Hash'], query, request);
  }

  #findById(
    { version }: JsonObject,
    id: string,
    query: unknown,
    { clientName }: DocumentRequest,
  ): FoundDocument {
    const text = typeof query === 'string' && query !== '' ? query : undefined;
    const registered = this.#options.manifests?.current.find(id, clientName);
    if (registered !== undefined && (text === undefined || text === registered)) return { text: registered };
    if (this.#automatic === undefined) {
      if (this.#options.manifests === undefined) return refuse(NOT_SUPPORTED);
      return refuse(text === undefined ? notInList(id) : ID_AND_BODY);
    }
    if (version !== 1) return refuse(WRONG_VERSION);
    if (text === undefined) {
      const known = this.#automatic.get(id);
      return known === undefined ? refuse(NOT_FOUND) : { text: known };
    }
    if (createHash('sha256').update(text).digest('hex') !== id) return refuse(HASH_MISMATCH);
    this.#automatic.set(id, text, { size: ENTRY_BYTES + 2 * text.length });
    return { text };
  }

  /** A document of the client's own, beside registered ones. */
  #check({ query, operationName, clientName }: DocumentRequest): FoundDocument | undefined {
    const { manifests, safelist, requireId, logUnknown, logger } = this.#options;
    if (typeof query !== 'string' || manifests === undefined || (!safelist && !logUnknown)) return undefined;
    const isRefused = safelist && requireId;
    if (isRefused && !logUnknown) return refuse(ID_REQUIRED);
    const isKnown = this.#safelist.has(query, manifests.current);
    if (!isKnown && logUnknown)
      logger.warn(
        {
          'graphql.operation.name': operationName,
          'graphql.document': withoutValues(query.slice(0, READ_CHARACTERS)).slice(0, TOLD_CHARACTERS),
          'client.name': clientName,
        },
        'operation is not in the list of persisted operations',
      );
    if (isRefused) return refuse(ID_REQUIRED);
    return safelist && !isKnown ? refuse(NOT_IN_SAFELIST) : undefined;
  }
}

/** What a client wrote into a document may be a person's: strings, block strings, and one that does not end. */
const withoutValues = (document: string): string => document.replace(STRINGS, '""');

/** Whatever comes after a quote is a match, so that none is tried again from the next one. */
const STRINGS = /"""(?:\\"""|[^])*?(?:"""|$)|"(?:[^"\\]|\\[^])*(?:"|\\?$)/g;

const refuse = (refusal: Refusal): FoundDocument => ({ refusal });
