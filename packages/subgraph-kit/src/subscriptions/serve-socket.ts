import type { Logger } from '@tributary/service-kit';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { SubscriptionLimits } from './limits.ts';

/** RFC 6455 and its registry: "Service Restart", after which a client connects anew. */
const CONNECT_ANEW = 1012;

/** Runs the protocol on an open connection until it is closed. */
export function serveSocket<E>(
  socket: WebSocket,
  protocol: Server<E>,
  extra: E,
  { maxQueuedBytes, pingIntervalMs, maxConnectionMs }: SubscriptionLimits,
  logger: Logger,
): void {
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Resolves once the message is with the operating system: until then its subscription reads no further event.
      send: (text) =>
        new Promise((resolve) => {
          if (socket.bufferedAmount > maxQueuedBytes) socket.terminate();
          // A connection that fails meanwhile is closed, and all that it has ends there.
          if (socket.readyState === socket.OPEN)
            socket.send(text, () => {
              resolve();
            });
          else resolve();
        }),
      close: (code, reason) => {
        socket.close(code, reason);
      },
      onMessage: (handle) => {
        socket.on('message', (data: Buffer, isBinary) => {
          if (isBinary) socket.close(CloseCode.BadRequest, 'Messages are text');
          else handle(data.toString('utf8')).catch(fail);
        });
      },
    },
    extra,
  );
  const fail = (error: unknown): void => {
    logger.error({ err: error }, 'a subscription connection failed');
    socket.close(CloseCode.InternalServerError, 'Something went wrong on our side');
  };
  let answered = true;
  const ping = setInterval(() => {
    if (!answered) socket.terminate();
    else socket.ping();
    answered = false;
  }, pingIntervalMs);
  const age = setTimeout(() => {
    socket.close(CONNECT_ANEW, 'Connect again');
  }, maxConnectionMs);
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('error', (error) => {
    // What a client sends wrongly closes its connection; that is all there is to do.
    logger.debug({ err: error }, 'a subscription connection broke');
  });
  socket.once('close', (code, reason) => {
    clearInterval(ping);
    clearTimeout(age);
    closed(code, reason.toString('utf8')).catch((error: unknown) => {
      logger.error({ err: error }, 'a subscription did not end cleanly');
    });
  });
}
