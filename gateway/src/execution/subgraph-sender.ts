import type { StringTraits } from './json.ts';
import type { JsonObject } from './own.ts';

/** An error as a subgraph sent it. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: JsonObject | undefined;
}

export interface SubgraphAnswer {
  readonly data: JsonObject | null;
  readonly errors: readonly SubgraphError[];
  /** Of the strings of `data`; undefined: they may hold anything. */
  readonly stringTraits?: StringTraits;
  /** Set when the subgraph could not be asked, or gave no GraphQL answer. */
  readonly failure?: Omit<SubgraphError, 'path'>;
  /** JSON text of `data` in UTF-8, in its place, when the question's `passes` lets it pass. */
  readonly passed?: Buffer;
  /** `extensions.ftv1`: what the subgraph tells of its fields, where it was asked to. */
  readonly fieldTrace?: string;
}

export interface SubgraphResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface SubgraphQuestion {
  readonly subgraph: string;
  readonly isMutation: boolean;
  /** JSON text of the request. */
  readonly body: string;
  /** Equal where the same is asked: unlike the body, it does not name the operation. Undefined: the body does not either. */
  readonly asked?: string | undefined;
  /** Whether data is what the client gets, just as it came; strings in it are not decoded. */
  readonly passes?: ((data: JsonObject) => boolean) | undefined;
  /** Sent on top of what every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told of the HTTP response, if there is one. */
  readonly onResponse?: (response: SubgraphResponse) => void;
}

/**
 * Asks a subgraph in the name of this request's caller. What goes wrong is part of the answer.
 *
 * @throws RequestCancelledError when nobody waits for the answer any more: whatever has been begun is dropped.
 */
export type SubgraphSender = (question: SubgraphQuestion) => Promise<SubgraphAnswer>;
