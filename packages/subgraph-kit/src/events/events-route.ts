import { BadRequestError, readJsonText, type RouteHandler } from '@tributary/service-kit';
import { DomainEvent } from './domain-event.ts';
import type { createDeliveryVerifier } from './event-signature.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export interface EventsRouteOptions {
  readonly verify: ReturnType<typeof createDeliveryVerifier>;
  /**
   * Called at least once for each event, those of one aggregate in order. What it does for one it has had must be
   * nothing. When it throws, the event comes again.
   */
  readonly handle: (event: DomainEvent) => Promise<void>;
  readonly now?: () => Date;
}

/** Receives events of other services: 204 when one has been dealt with. */
export function eventsRoute({ verify, handle, now = () => new Date() }: EventsRouteOptions): RouteHandler {
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const body = await readJsonText(request, MAX_BODY_BYTES);
    verify(request.headers, body, now());
    const event = DomainEvent.safeParse(parseJson(body));
    if (!event.success) throw new BadRequestError('The body is not a CloudEvent as this service knows them.');
    await handle(event.data);
    response.writeHead(204).end();
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestError('The request body is not valid JSON.');
  }
}
