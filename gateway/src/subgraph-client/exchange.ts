import type { Dispatcher } from 'undici';
import { Stage, whenAllIsDone, whenAllIsRead } from '../stage.ts';
import { withoutStack } from '../without-stack.ts';
import type { SubgraphResponse } from '../execution/subgraph-sender.ts';
import type { Target } from './connections.ts';
import { decode } from './decode.ts';
import type { Admitted } from './subgraph-guard.ts';
import {
  MalformedResponseError,
  RequestTimeoutError,
  ResponseTooLargeError,
} from './subgraph-request-error.ts';

export interface ExchangeOptions extends Admitted {
  readonly target: Target;
  /** Whether it has no effect, and may be sent again when the connection that it shared is lost. */
  readonly isRead: boolean;
  /** JSON text, or that compressed. */
  readonly body: string | Buffer;
  readonly authorization: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Names and values in turn: which request it belongs to. */
  readonly tracing: readonly string[];
  /** Longest the whole exchange may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer, in bytes, after decompression. */
  readonly maxResponseBytes: number;
}

export interface RawResponse extends SubgraphResponse {
  /** Not compressed any more. */
  readonly bytes: Buffer;
}

export interface Exchange {
  /** Rejects with what undici rejects with, a TimeoutError, or ResponseTooLargeError. */
  readonly response: Promise<RawResponse>;
  /** Ends it; the response then rejects. */
  abort(): void;
}

/** Of all exchanges, whichever their subgraph: they share the code, not the connection. */
const departures = new Stage(whenAllIsDone);
const arrivals = new Stage(whenAllIsRead);

/** One POST and its answer. Chunks are taken as they come: a stream would cost more than the rest of it. */
export function startExchange({
  target,
  isRead,
  body,
  authorization,
  headers: more,
  tracing,
  timeoutMs,
  maxResponseBytes,
  onEnd,
  line,
}: ExchangeOptions): Exchange {
  let controller: Dispatcher.DispatchController | undefined;
  let ended: Error | undefined;
  let settle: { resolve(response: RawResponse): void; reject(error: Error): void };
  const response = new Promise<RawResponse>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const end = (error: Error): void => {
    if (isSettled) return;
    ended ??= error;
    clearTimeout(timer);
    settle.reject(error);
    if (!hasDeparted) {
      isSettled = true;
      onEnd(undefined, error);
      return;
    }
    // undici makes an error of its own, whose stack node:stream reads.
    withoutStack(() => controller?.abort(error));
  };
  const timer = setTimeout(() => {
    end(withoutStack(() => new RequestTimeoutError()));
  }, timeoutMs);

  let hasDeparted = false;
  let isSettled = false;
  let status = 0;
  let responseHeaders: SubgraphResponse['headers'] = {};
  let length = 0;
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  const headers = ['content-type', 'application/json', 'accept', ACCEPT, ...tracing];
  if (authorization !== undefined) headers.push('authorization', authorization);
  for (const name in more) headers.push(name, more[name] ?? '');
  const depart = (): void => {
    if (isSettled) return;
    hasDeparted = true;
    target.pool.dispatch(
      {
        method: 'POST',
        path: target.path,
        headers,
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
        // By itself undici takes a POST for a write, which shares its connection with nothing.
        idempotent: isRead,
        blocking: !isRead,
      },
      {
        onRequestStart: (started) => {
          controller = started;
          if (ended !== undefined) started.abort(ended);
        },
        onResponseStart: ({ rawHeaders }, statusCode, received) => {
          status = statusCode;
          responseHeaders = received;
          // undici made this array when the last response of the connection ended: it is in V8's old generation by now, and
          // keeps what is in it until that is collected, with the 64 kB that they were read with.
          if (Array.isArray(rawHeaders)) rawHeaders.length = 0;
        },
        onResponseData: (_controller, chunk) => {
          length += chunk.length;
          if (length > maxResponseBytes) end(new ResponseTooLargeError(maxResponseBytes));
          else if (first === undefined) first = chunk;
          else (rest ??= []).push(chunk);
        },
        onResponseEnd: () => {
          isSettled = true;
          clearTimeout(timer);
          onEnd(status, undefined);
          const bytes =
            rest === undefined ? (first ?? EMPTY) : Buffer.concat([first ?? EMPTY, ...rest], length);
          const encoding = String(responseHeaders['content-encoding'] ?? '');
          if (encoding === '' || encoding === 'identity') {
            arrivals.enter(() => {
              settle.resolve({ status, headers: responseHeaders, bytes });
            });
            return;
          }
          decode(bytes, encoding, maxResponseBytes).then(
            (decoded) => {
              settle.resolve({ status, headers: responseHeaders, bytes: decoded });
            },
            (error: unknown) => {
              settle.reject(
                error instanceof ResponseTooLargeError
                  ? error
                  : new MalformedResponseError(`its content-encoding ${encoding} cannot be read`),
              );
            },
          );
        },
        onResponseError: (_controller, error) => {
          isSettled = true;
          clearTimeout(timer);
          if (ended instanceof ResponseTooLargeError) onEnd(status, undefined);
          else onEnd(undefined, ended ?? error);
          settle.reject(ended ?? error);
        },
      },
    );
  };
  if (line === undefined) departures.enter(depart);
  else line.enter({ depart, refuse: end });
  return {
    response,
    abort: () => {
      end(Object.assign(new Error('nobody waits for the answer'), { name: 'AbortError' }));
    },
  };
}

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';
const EMPTY = Buffer.alloc(0);
