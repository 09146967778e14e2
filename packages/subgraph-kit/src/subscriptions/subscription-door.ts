/**
 * Subscriptions over WebSocket, in the protocol `graphql-transport-ws`. A connection is one viewer's: the credential is
 * the same as over HTTP, shown in the request's `authorization` header or in the payload of ConnectionInit.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
import {
  createErrorFormatter,
  endWithError,
  UnauthenticatedError,
  type Logger,
  type UpgradeDoor,
  type Viewer,
  type ViewerTokenVerifier,
} from '@tributary/service-kit';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { DEFAULT_LIMITS, type SubscriptionLimits } from './limits.ts';
import { readSubscription, refuse } from './read-subscription.ts';
import { serveSocket } from './serve-socket.ts';
import { subscribePerEvent } from './subscribe-per-event.ts';
import { TooManySubscriptionsError } from './subscription-errors.ts';

export interface SubscriptionDoorOptions {
  readonly schema: GraphQLSchema;
  readonly verifier: ViewerTokenVerifier;
  /** Called for each event, and once to subscribe: loaders made here are as fresh as the event. */
  readonly createContext: (viewer: Viewer) => unknown;
  readonly limits?: Partial<SubscriptionLimits> | undefined;
  readonly logger: Logger;
}

interface Connection {
  readonly request: IncomingMessage;
  /** Known once the client was let in. */
  viewer?: Viewer;
}

/** "Going Away": the server stops, and a client finds another. */
const GOING_AWAY = 1001;
/** How long clients may take to say goodbye. */
const CLOSE_GRACE_MS = 2_000;

export function createSubscriptionDoor(options: SubscriptionDoorOptions): UpgradeDoor {
  const { schema, verifier, createContext, logger } = options;
  const limits: SubscriptionLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const formatError = createErrorFormatter(logger, false);
  const format = (error: GraphQLError): GraphQLFormattedError =>
    formatError(error.toJSON(), error.originalError ?? error);
  const protocol = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect: async ({ connectionParams, extra }) => {
      try {
        extra.viewer = await verifier.verify(
          authorizationIn(connectionParams) ?? extra.request.headers.authorization,
        );
        return true;
      } catch (error) {
        if (error instanceof UnauthenticatedError) return false;
        throw error;
      }
    },
    onSubscribe: ({ extra: { viewer }, subscriptions }, _id, payload) => {
      // The one that is asked for is among them.
      if (Object.keys(subscriptions).length > limits.maxSubscriptions)
        return [refuse(new TooManySubscriptionsError(limits.maxSubscriptions))];
      const args = readSubscription(schema, payload);
      return 'schema' in args ? { ...args, contextValue: viewer } : args;
    },
    subscribe: (args) => subscribePerEvent(args, () => createContext(args.contextValue as Viewer)),
    onNext: (_context, _id, _payload, _args, { data, errors }) => ({
      ...(data !== undefined && { data }),
      ...(errors !== undefined && { errors: errors.map(format) }),
    }),
    onError: (_context, _id, _payload, errors) => errors.map(format),
  });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: limits.maxMessageBytes,
    perMessageDeflate: false,
  });
  return {
    upgrade: (request, socket, head) => {
      if (sockets.clients.size >= limits.maxConnections) {
        const message = 'This process has as many connections as it takes. Try again.';
        endWithError(socket, '503 Service Unavailable', 'SERVICE_UNAVAILABLE', message);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (open) => {
        serveSocket(open, protocol, { request }, limits, logger);
      });
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        sockets.close(() => {
          resolve();
        });
      });
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
      const impatience = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(impatience);
    },
  };
}

/** As a header is: its name in any case. */
function authorizationIn(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const entry = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization');
  return typeof entry?.[1] === 'string' ? entry[1] : undefined;
}
