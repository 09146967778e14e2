import { GraphQLError } from 'graphql';

/** A subgraph did not give a GraphQL answer. */
export class SubgraphRequestError extends Error {
  readonly status: number | undefined;
  constructor(reason: string, status?: number) {
    super(reason);
    this.name = 'SubgraphRequestError';
    this.status = status;
  }
}

/** What went wrong with a request, in the words of Apollo Router, so that people can move. */
export interface SubgraphFailure {
  readonly message: string;
  readonly extensions: {
    readonly code: string;
    readonly service: string;
    readonly reason: string;
    readonly http?: { readonly status: number };
  };
}

export function describeFailure(service: string, error: unknown): SubgraphFailure {
  if (error instanceof GraphQLError) throw error;
  const timedOut = (error as { name?: unknown }).name === 'TimeoutError';
  const reason = timedOut ? 'no answer in time' : reasonOf(error as FetchFailure);
  const status = error instanceof SubgraphRequestError ? error.status : undefined;
  return {
    message: timedOut ? 'Your request has been timed out' : `HTTP fetch failed from '${service}': ${reason}`,
    extensions: {
      code: timedOut ? 'GATEWAY_TIMEOUT' : 'SUBREQUEST_HTTP_ERROR',
      service,
      reason,
      ...(status === undefined ? {} : { http: { status } }),
    },
  };
}

interface FetchFailure {
  readonly message: string;
  readonly code?: string;
}

/** undici names its own failures UND_ERR_...; the socket's have the system's names. */
const reasonOf = ({ message, code }: FetchFailure): string => code ?? message;

const CLOSED_SOCKET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Whether the connection was lost before there was an answer. */
export const isClosedSocket = (error: unknown): boolean =>
  CLOSED_SOCKET.has((error as { code?: unknown }).code as string);
