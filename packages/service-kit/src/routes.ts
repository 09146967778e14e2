import type { IncomingMessage, ServerResponse } from 'node:http';

export type RouteHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => Promise<void> | void;

/** Handlers by path. A path that ends in `/` also takes everything below it; the longest match wins. */
export type Routes = Readonly<Record<string, RouteHandler>>;

/** Routes with what is in flight on them: responses that are open, and handlers that have not ended. */
export class ServedRoutes {
  readonly routes: Routes;
  /** A handler has ended, or a response is over. One whose client has gone may still change something. */
  readonly endOne: () => void;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  constructor(routes: Routes, onEnd: () => void) {
    this.routes = routes;
    this.endOne = () => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#onIdle?.();
      onEnd();
    };
  }

  /** A request: its handler and its response. */
  beginOne(): void {
    this.#inFlight += 2;
  }

  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      if (this.#inFlight === 0) resolve();
    });
  }
}

export function findRoute(routes: Routes, pathname: string): RouteHandler | undefined {
  const exact = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
  if (exact !== undefined) return exact;
  const prefix = Object.keys(routes)
    .filter((path) => path !== '/' && path.endsWith('/') && pathname.startsWith(path))
    .sort((a, b) => b.length - a.length)[0];
  return prefix === undefined ? undefined : routes[prefix];
}
