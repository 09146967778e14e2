/**
 * The HTTP face of a process: a few exact routes over node:http, health included.
 *
 * No framework: there are a handful of paths, and the gateway's hot path should cross nothing
 * it does not need. Handlers throw; the one conversion to a response is here.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Server as NetServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithError } from './end-with-error.ts';
import { errorBody } from './error-body.ts';
import { BadRequestError, InternalError, ServiceError } from './errors.ts';
import { checkReadiness, type ReadinessCheck } from './health.ts';
import type { Logger } from './logger.ts';
import { findRoute, ServedRoutes, type Routes } from './routes.ts';
import { StartupError } from './run-service.ts';
import { openDoors, type UpgradeDoors } from './upgrade-door.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0 picks a free port; `HttpServer.url` tells which. */
  readonly port: number;
  readonly routes: Routes;
  /** Where clients may change to another protocol, WebSocket for example. */
  readonly upgrades?: UpgradeDoors;
  /** What a person changes to choose another port; for the message when it is taken. */
  readonly portSetting?: string;
  readonly readiness: readonly ReadinessCheck[];
  readonly logger: Logger;
  /** Serves over HTTPS; undefined: over HTTP. */
  readonly certificate?: ServerCertificate | undefined;
  /** Longest a client may take to send a whole request, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** An answer is given up, with its connection, when its client has taken nothing of it for so long, in milliseconds. */
  readonly stalledAfterMs?: number;
  /** Most headers of a request. */
  readonly maxHeaders?: number;
  /** Longest headers of a request, together, in bytes. */
  readonly maxHeaderBytes?: number;
}

/** PEM texts: the certificate with what leads from it to an authority, and its private key. */
export interface ServerCertificate {
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpServer {
  /** Origin that reaches this server, without a trailing slash. */
  readonly url: string;
  /**
   * Answers 503 on /readyz from now on, so that balancers look elsewhere; requests are still served, each the last
   * on its connection.
   */
  beginDrain(): void;
  /**
   * Requests from now on are routed by these.
   *
   * @returns Resolves when those before have ended: they are answered, and done, whether or not their clients waited.
   */
  replaceRoutes(routes: Routes): Promise<void>;
  /** Connections from now on get this one. */
  replaceCertificate(certificate: ServerCertificate): void;
  /**
   * Stops accepting, waits for requests in flight, also for those whose clients have gone, then closes.
   *
   * @param graceMs How long before that it goes on as it was: a balancer has not yet seen that it drains, and a client may
   *   just be sending its next request on a connection it has.
   */
  close(graceMs?: number): Promise<void>;
}

/** Longer than an AWS load balancer's idle timeout (60 s), or it would reuse a socket we just closed. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** Enough for a megabyte over a slow line; a client that trickles holds a connection no longer. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How much later than that it may be noticed. */
const REQUEST_CHECK_MS = 1_000;
/**
 * A client that does not read would hold its place among the requests in progress for ever, and a stop with it. Node sees it
 * after once to twice as long.
 */
const STALLED_AFTER_MS = 15_000;
/** How long a draining server that has answered everything waits for connections whose request is on its way. */
const LAST_CALL_MS = 100;

/**
 * Connections that wait to be accepted; the kernel has a limit, too. With Node's own 511, a burst of new clients while the event
 * loop is late has its packets dropped, and each of those clients tries again after 1, 3, then 7 seconds.
 */
const BACKLOG = 8_192;

const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 16_384;

/** @throws StartupError naming the fix when the address cannot be listened on. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, logger } = options;
  let draining = false;
  const health: Routes = {
    // Services listen last in their start: an answer says that it is over.
    '/livez': (_request, response) => {
      sendJson(response, 200, { status: 'ok' });
    },
    '/readyz': async (_request, response) => {
      const report = await checkReadiness(options.readiness, (name, reason) => {
        logger.warn({ 'readiness.check': name, err: reason }, 'readiness check failed');
      });
      const ready = report.ready && !draining;
      sendJson(response, ready ? 200 : 503, {
        status: draining ? 'draining' : ready ? 'ready' : 'unready',
        checks: report.checks,
      });
    },
  };
  let closing = false;
  /** Of all routes. */
  let inFlight = 0;
  let onIdle: (() => void) | undefined;
  let lastCall: NodeJS.Timeout | undefined;
  // Connections that wait for a next request, or never sent a first one, would keep a closing server open. A draining
  // one leaves them a moment: clients that had to connect anew while it drained are about to send.
  const closeWhenDone = (): void => {
    if (!closing || inFlight > 0) return;
    onIdle?.();
    if (!draining) server.closeAllConnections();
    else
      lastCall ??= setTimeout(() => {
        server.closeAllConnections();
      }, LAST_CALL_MS);
  };
  const onEnd = (): void => {
    inFlight -= 1;
    // The last bytes are handed to the socket by now, but not yet sent.
    if (closing) setImmediate(closeWhenDone);
  };
  let served = new ServedRoutes({ ...health, ...options.routes }, onEnd);
  const {
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
    stalledAfterMs = STALLED_AFTER_MS,
    maxHeaders = MAX_HEADERS,
    maxHeaderBytes = MAX_HEADER_BYTES,
  } = options;
  const timeouts = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(REQUEST_CHECK_MS, requestTimeoutMs),
    maxHeaderSize: maxHeaderBytes,
  };
  const handle = async (
    { routes, endOne }: ServedRoutes,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    try {
      const url = parseTarget(request.url ?? '/');
      const route = findRoute(routes, url.pathname);
      if (route === undefined)
        sendJson(response, 404, errorBody('NOT_FOUND', `There is nothing at ${url.pathname}.`));
      else await route(request, response, url);
    } catch (error) {
      sendError(response, error, logger);
    } finally {
      endOne();
      // Nearly always the kernel has taken all of it by now.
      if (!response.writableFinished && !response.destroyed) bound(response, stalledAfterMs);
    }
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const current = served;
    current.beginOne();
    inFlight += 2;
    if (lastCall !== undefined) {
      clearTimeout(lastCall);
      lastCall = undefined;
    }
    if (draining) response.shouldKeepAlive = false;
    // Emitted once, and a listener that is taken away after it costs as much as all that is done here.
    response.on('close', current.endOne);
    // Names and values in turn.
    if (request.rawHeaders.length > 2 * maxHeaders) {
      response.setHeader('connection', 'close');
      sendJson(response, 431, errorBody('HEADERS_TOO_LARGE', `A request may have ${maxHeaders} headers.`));
      current.endOne();
      return;
    }
    void handle(current, request, response);
  };
  const secure =
    options.certificate && createSecureServer({ ...timeouts, ...options.certificate }, onRequest);
  const server = secure ?? createServer(timeouts, onRequest);
  // Node would leave out what is beyond its own limit, and say nothing.
  server.maxHeadersCount = 0;
  server.on('clientError', refuseClient);
  const doors = options.upgrades ?? {};
  openDoors(server, doors, () => draining);
  try {
    await listen(server, host, port);
  } catch (cause) {
    throw new StartupError(describeListenError(cause, host, port, options.portSetting ?? 'PORT'), { cause });
  }
  const address = server.address() as AddressInfo;
  return {
    url: `${secure === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    replaceRoutes: (replacement) => {
      const old = served;
      served = new ServedRoutes({ ...health, ...replacement }, onEnd);
      return old.ended();
    },
    replaceCertificate: (certificate) => {
      secure?.setSecureContext(certificate);
    },
    beginDrain: () => {
      draining = true;
    },
    close: async (graceMs = 0) => {
      if (graceMs > 0) await delay(graceMs);
      const closed = close(server);
      closing = true;
      closeWhenDone();
      await Promise.all([closed, ...Object.values(doors).map((door) => door.close())]);
      if (inFlight > 0)
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
    },
  };
}

function bound(response: ServerResponse, stalledAfterMs: number): void {
  response.setTimeout(stalledAfterMs, () => {
    // Nothing was written for so long. It may be that there is nothing yet.
    if (response.socket !== null && response.socket.writableLength > 0) response.socket.destroy();
  });
}

/** What is no HTTP request, or not a whole one in time, is answered like any other bad request. */
function refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, code, message] = CLIENT_ERRORS[error.code ?? ''] ?? [
    '400 Bad Request',
    'BAD_REQUEST',
    'This is not an HTTP request that can be understood.',
  ];
  endWithError(socket, status, code, message);
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'REQUEST_TIMEOUT',
    'The request was not complete in time.',
  ],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'HEADERS_TOO_LARGE',
    'The request headers are larger than this server accepts.',
  ],
};

/** Most requests are for the same few paths; making a URL of one is a tenth of what a small request costs. */
const knownTargets = new Map<string, URL>();
const MAX_KNOWN_TARGETS = 100;

function parseTarget(target: string): URL {
  const known = knownTargets.get(target);
  if (known !== undefined) return known;
  let url: URL;
  try {
    url = new URL(`http://localhost${target.startsWith('/') ? target : withoutOrigin(target)}`);
  } catch {
    throw new BadRequestError('The request target is not a valid path.');
  }
  if (url.search === '' && knownTargets.size < MAX_KNOWN_TARGETS) knownTargets.set(target, url);
  return url;
}

/** A client of a proxy names the whole URL. @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
const withoutOrigin = (target: string): string =>
  /^https?:\/\/[^/?#]+(.*)$/i.exec(target)?.[1] ?? `/${target}`;

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

function sendError(response: ServerResponse, error: unknown, logger: Logger): void {
  if (response.headersSent) {
    logger.error({ err: error }, 'request failed after its response began');
    response.destroy();
    return;
  }
  if (error instanceof ServiceError && error.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', error.retryAfterSeconds);
  if (error instanceof ServiceError && !(error instanceof InternalError)) {
    // The unread rest of a refused body would be taken for the next request on this connection.
    response.setHeader('connection', 'close');
    sendJson(response, error.status, errorBody(error.code, error.message));
    return;
  }
  logger.error({ err: error }, 'request failed');
  if (error instanceof InternalError) {
    sendJson(response, error.status, errorBody(error.code, error.publicMessage));
    return;
  }
  sendJson(response, 500, errorBody('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // http.Server's own would close connections without a request at once.
    NetServer.prototype.close.call(server, (error?: Error) => {
      if (error === undefined || (error as NodeJS.ErrnoException).code === 'ERR_SERVER_NOT_RUNNING')
        resolve();
      else reject(error);
    });
  });
}

function describeListenError(error: unknown, host: string, port: number, portSetting: string): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken. Stop the process that uses it, or choose another with ${portSetting}.`;
    case 'EACCES':
      return `Port ${port} on ${host} needs more rights than this process has. Choose one above 1023 with ${portSetting}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${(error as Error).message}`;
  }
}
