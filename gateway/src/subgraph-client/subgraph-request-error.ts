import { tlsFailure } from './tls-failure.ts';

/** There was no answer in time. */
export class RequestTimeoutError extends Error {
  constructor() {
    super('no answer in time');
    this.name = 'TimeoutError';
  }
}

/** A subgraph answered with an HTTP status other than success, and nothing that is GraphQL. */
export class SubgraphStatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.name = 'SubgraphStatusError';
    this.status = status;
  }
}

/** A subgraph answered with something that is not a GraphQL response. */
export class MalformedResponseError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'MalformedResponseError';
  }
}

/** A subgraph's answer is longer than it may be. */
export class ResponseTooLargeError extends Error {
  constructor(maxBytes: number) {
    super(`the response is larger than ${maxBytes} bytes`);
    this.name = 'ResponseTooLargeError';
  }
}

/** A subgraph is not asked now, to keep it and everything else going. */
export class SubgraphUnavailableError extends Error {
  readonly failure: 'SUBGRAPH_BUSY' | 'SUBGRAPH_CIRCUIT_OPEN';
  constructor(failure: SubgraphUnavailableError['failure'], reason: string) {
    super(reason);
    this.name = 'SubgraphUnavailableError';
    this.failure = failure;
  }
}

/** A request cannot be signed, so it is not sent. */
export class SigningFailedError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'SigningFailedError';
  }
}

/** What went wrong with a request, in the words of Apollo Router, so that people can move. */
export interface SubgraphFailure {
  readonly message: string;
  readonly extensions: {
    readonly code:
      | 'GATEWAY_TIMEOUT'
      | 'SUBREQUEST_HTTP_ERROR'
      | 'SUBREQUEST_MALFORMED_RESPONSE'
      | 'SUBGRAPH_TLS_FAILED'
      | 'SUBGRAPH_SIGNING_FAILED'
      | SubgraphUnavailableError['failure'];
    readonly service: string;
    readonly reason: string;
    readonly http?: { readonly status: number };
  };
}

export function describeFailure(service: string, error: unknown): SubgraphFailure {
  if (error instanceof RequestTimeoutError) {
    return {
      message: 'Your request has been timed out',
      extensions: { code: 'GATEWAY_TIMEOUT', service, reason: 'no answer in time' },
    };
  }
  const reason = reasonOf(error as FetchFailure);
  if (error instanceof MalformedResponseError) {
    return {
      message: `service '${service}' response was malformed: ${reason}`,
      extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE', service, reason },
    };
  }
  if (error instanceof SubgraphUnavailableError) {
    return {
      message: `service '${service}' is not asked now: ${reason}`,
      extensions: { code: error.failure, service, reason },
    };
  }
  if (error instanceof SigningFailedError) {
    return {
      message: `service '${service}' cannot be asked: ${reason}`,
      extensions: { code: 'SUBGRAPH_SIGNING_FAILED', service, reason },
    };
  }
  const untrusted = tlsFailure(codeOf(error));
  if (untrusted !== undefined) {
    return {
      message: `service '${service}' cannot be asked over TLS: ${untrusted}`,
      extensions: { code: 'SUBGRAPH_TLS_FAILED', service, reason },
    };
  }
  const status = error instanceof SubgraphStatusError ? { http: { status: error.status } } : {};
  return {
    message: `HTTP fetch failed from '${service}': ${reason}`,
    extensions: { code: 'SUBREQUEST_HTTP_ERROR', service, reason, ...status },
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
export const isClosedSocket = (error: unknown): boolean => CLOSED_SOCKET.has(codeOf(error));

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether there was no way to the subgraph, or it was lost: another try may find one. */
export const isUnreachable = (error: unknown): boolean =>
  isClosedSocket(error) || UNREACHABLE.has(codeOf(error));

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code);
