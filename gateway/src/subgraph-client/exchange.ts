import type { Dispatcher } from 'undici';
import { Stage, whenAllIsDone, whenAllIsRead } from '../stage.ts';
import { withoutStack } from '../without-stack.ts';
import type { SubgraphResponse } from '../execution/subgraph-sender.ts';
import type { Target } from './connections.ts';
import { TIMEOUT_HEADER } from '../deadline.ts';
import { decode } from './decode.ts';
import type { Admitted } from './subgraph-guard.ts';
import {
  MalformedResponseError,
  RequestTimeoutError,
  ResponseTooLargeError,
} from './subgraph-request-error.ts';
import type { Waiting } from './waiting-line.ts';

export interface ExchangeOptions extends Admitted {
  readonly target: Target;
  /** Whether it has no effect, and may be sent again when the connection that it shared is lost. */
  readonly isRead: boolean;
  /** JSON text, or that compressed. */
  readonly body: string | Buffer;
  readonly authorization: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Names and values in turn: which request it belongs to. The time that is left is told beside them. */
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
export function startExchange(options: ExchangeOptions): Exchange {
  const exchange = new SubgraphExchange(options);
  if (options.line === undefined)
    departures.enter(() => {
      exchange.depart();
    });
  else options.line.enter(exchange);
  return exchange;
}

/** One object, which undici tells of the answer, too: a handler of its own, and functions for all that may happen, are ten more. */
class SubgraphExchange implements Exchange, Waiting, Dispatcher.DispatchHandler {
  readonly response: Promise<RawResponse>;
  readonly #options: ExchangeOptions;
  readonly #timer: NodeJS.Timeout;
  #resolve!: (response: RawResponse) => void;
  #reject!: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #ended: Error | undefined;
  #hasDeparted = false;
  #isSettled = false;
  #status = 0;
  #headers: SubgraphResponse['headers'] = NO_HEADERS;
  #length = 0;
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(timeOut, options.timeoutMs, this);
  }

  abort(): void {
    this.refuse(Object.assign(new Error('nobody waits for the answer'), { name: 'AbortError' }));
  }

  refuse(reason: Error): void {
    if (this.#isSettled) return;
    this.#ended ??= reason;
    if (this.#hasDeparted) {
      clearTimeout(this.#timer);
      this.#reject(reason);
      // undici makes an error of its own, whose stack node:stream reads.
      withoutStack(() => this.#controller?.abort(reason));
    } else this.#settle(undefined, reason, reason);
  }

  depart(): void {
    if (this.#isSettled) return;
    this.#hasDeparted = true;
    const { target, isRead, body } = this.#options;
    target.pool.dispatch(
      {
        method: 'POST',
        path: target.path,
        headers: headersOf(this.#options),
        body: typeof body === 'string' ? bytesOf(body) : body,
        headersTimeout: 0,
        bodyTimeout: 0,
        // By itself undici takes a POST for a write, which shares its connection with nothing.
        idempotent: isRead,
        blocking: !isRead,
      },
      this,
    );
  }

  onRequestStart(started: Dispatcher.DispatchController): void {
    this.#controller = started;
    if (this.#ended !== undefined) started.abort(this.#ended);
  }

  onResponseStart(
    { rawHeaders }: Dispatcher.DispatchController,
    status: number,
    headers: SubgraphResponse['headers'],
  ): void {
    this.#status = status;
    this.#headers = headers;
    // undici made this array when the last response of the connection ended: it is in V8's old generation by now, and
    // keeps what is in it until that is collected, with the 64 kB that they were read with.
    if (Array.isArray(rawHeaders)) rawHeaders.length = 0;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { maxResponseBytes } = this.#options;
    this.#length += chunk.length;
    if (this.#length > maxResponseBytes) this.refuse(new ResponseTooLargeError(maxResponseBytes));
    else if (this.#first === undefined) this.#first = chunk;
    else (this.#rest ??= []).push(chunk);
  }

  onResponseEnd(): void {
    const bytes =
      this.#rest === undefined
        ? (this.#first ?? EMPTY)
        : Buffer.concat([this.#first ?? EMPTY, ...this.#rest], this.#length);
    this.#settle(this.#status, undefined);
    const encoding = String(this.#headers['content-encoding'] ?? '');
    if (encoding === '' || encoding === 'identity')
      arrivals.enter(() => {
        this.#resolve({ status: this.#status, headers: this.#headers, bytes });
      });
    else void this.#decode(bytes, encoding);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const reason = this.#ended ?? error;
    if (reason instanceof ResponseTooLargeError) this.#settle(this.#status, undefined, reason);
    else this.#settle(undefined, reason, reason);
  }

  /** It is over: there is nothing left that could be ended. */
  #settle(status: number | undefined, error: Error | undefined, reason?: Error): void {
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#options.onEnd(status, error);
    if (reason !== undefined) this.#reject(reason);
  }

  async #decode(bytes: Buffer, encoding: string): Promise<void> {
    const { maxResponseBytes } = this.#options;
    try {
      const decoded = await decode(bytes, encoding, maxResponseBytes);
      this.#resolve({ status: this.#status, headers: this.#headers, bytes: decoded });
    } catch (error) {
      this.#reject(
        error instanceof ResponseTooLargeError
          ? error
          : new MalformedResponseError(`its content-encoding ${encoding} cannot be read`),
      );
    }
  }
}

/** What is all ASCII, as most is, is encoded by copying it. */
const bytesOf = (text: string): Buffer =>
  Buffer.from(text, Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8');

const timeOut = (exchange: SubgraphExchange): void => {
  exchange.refuse(withoutStack(() => new RequestTimeoutError()));
};

/** Names and values in turn. */
function headersOf({ authorization, headers: more, tracing, timeoutMs }: ExchangeOptions): string[] {
  const leftMs = String(Math.ceil(timeoutMs));
  const headers = ['content-type', 'application/json', 'accept', ACCEPT, TIMEOUT_HEADER, leftMs, ...tracing];
  if (authorization !== undefined) headers.push('authorization', authorization);
  for (const name in more) headers.push(name, more[name] ?? '');
  return headers;
}

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';
const EMPTY = Buffer.alloc(0);
const NO_HEADERS: SubgraphResponse['headers'] = {};
