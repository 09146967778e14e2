import type { Routes, Trust } from '@tributary/service-kit';
import { createDeliveryVerifier } from './event-signature.ts';
import { eventsRoute, type EventsRouteOptions } from './events-route.ts';

export interface TrustedEventsOptions extends Omit<EventsRouteOptions, 'verify'> {
  readonly trust: Trust;
  /** Whose events are taken, as the trust table names it. */
  readonly sender: string;
}

/** `/events`, verified with the keys that the trust table has of the sender; no route when it has none. */
export function trustedEventsRoutes({ trust, sender, ...options }: TrustedEventsOptions): Routes {
  const issuer = Object.hasOwn(trust.issuers, sender) ? trust.issuers[sender] : undefined;
  if (issuer === undefined) return {};
  return { '/events': eventsRoute({ ...options, verify: createDeliveryVerifier(issuer.keys) }) };
}
