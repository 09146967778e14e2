import { ANONYMOUS, type Viewer } from '@tributary/service-kit';
import { createClient } from 'graphql-ws';
import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import type { GraphqlAnswer } from './graphql-client.ts';
import { waitFor } from './wait-for.ts';

type Event = Pick<GraphqlAnswer, 'data' | 'errors'>;

export interface TestSubscription {
  /** What came so far. */
  readonly events: readonly Event[];
  /** The next event that nobody took yet. */
  next(): Promise<Event>;
  /** Why it ended: undefined when it was complete, errors or a close event when not. */
  readonly ended: Promise<unknown>;
  stop(): void;
}

export interface SubscriptionClient {
  subscribe(query: string, variables?: Readonly<Record<string, unknown>>): TestSubscription;
  /** How the server closed the connection. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Below the protocol, once it is open. */
  readonly socket: Promise<WebSocket>;
  close(): void;
}

/**
 * One connection to a subgraph's subscriptions, signed for its viewer as the gateway would.
 *
 * @param origin Of the subgraph, over HTTP.
 */
export function subscriptionClient(
  origin: string,
  audience: string,
  trust: { sign(viewer: Viewer, audience: string): Promise<string> },
  viewer: Viewer = ANONYMOUS,
): SubscriptionClient {
  const listeners = new EventEmitter();
  const closed = once(listeners, 'closed').then(([event]) => {
    const { code, reason } = event as { code: number; reason: string };
    return { code, reason };
  });
  let open: WebSocket | undefined;
  const socket = once(listeners, 'opened').then(([opened]) => (open = opened as WebSocket));
  const client = createClient({
    url: `${origin.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: async () => ({ authorization: `Bearer ${await trust.sign(viewer, audience)}` }),
    on: {
      opened: (opened) => listeners.emit('opened', opened),
      closed: (event) => listeners.emit('closed', event),
    },
  });
  return {
    closed,
    socket,
    close: () => {
      void client.dispose();
      // One that was made deaf would wait for an answer to its goodbye.
      open?.terminate();
    },
    subscribe: (query, variables = {}) => {
      const events: Event[] = [];
      let taken = 0;
      let stop = (): void => undefined;
      const ended = new Promise<unknown>((resolve) => {
        stop = client.subscribe<Event['data']>(
          { query, variables },
          {
            next: (event) => events.push(event as Event),
            error: resolve,
            complete: () => {
              resolve(undefined);
            },
          },
        );
      });
      return {
        events,
        next: () =>
          waitFor(() => events[taken], { what: 'the next event' }).then((event) => {
            taken += 1;
            return event;
          }),
        ended,
        stop,
      };
    },
  };
}
