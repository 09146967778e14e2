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
  /** Set when the subgraph could not be asked, or gave no GraphQL answer. */
  readonly failure?: Omit<SubgraphError, 'path'>;
  /** What arrived. */
  readonly text?: string;
}

export interface SubgraphQuestion {
  readonly subgraph: string;
  readonly isMutation: boolean;
  /** JSON text of the request. */
  readonly body: string;
}

/** Asks a subgraph in the name of this request's caller. Never rejects: what goes wrong is part of the answer. */
export type SubgraphSender = (question: SubgraphQuestion) => Promise<SubgraphAnswer>;
