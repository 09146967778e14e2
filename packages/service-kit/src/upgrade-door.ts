import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { endWithError } from './end-with-error.ts';

/** What a path offers besides answers: connections that stay, such as WebSockets. */
export interface UpgradeDoor {
  /** Takes the connection over, or refuses it with an HTTP answer. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every connection it took; resolves when all are gone. */
  close(): Promise<void>;
}

/** Doors by exact path. */
export type UpgradeDoors = Readonly<Record<string, UpgradeDoor>>;

/** Sends requests to change protocols to the door of their path. A server that drains takes no more of them. */
export function openDoors(server: Server, doors: UpgradeDoors, isDraining: () => boolean): void {
  // With a listener Node hands over every request that has an Upgrade header, whatever it asks for.
  if (Object.keys(doors).length === 0) return;
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
    if (door === undefined) {
      endWithError(socket, '404 Not Found', 'NOT_FOUND', `There is no WebSocket at ${path}.`);
    } else if (isDraining()) {
      endWithError(socket, '503 Service Unavailable', 'SERVICE_UNAVAILABLE', 'This process is stopping.');
    } else {
      door.upgrade(request, socket, head);
    }
  });
}
