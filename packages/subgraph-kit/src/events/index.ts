export { deliverEvents, type EventDelivery, type EventDeliveryOptions } from './deliver-events.ts';
export type { DeliveryOutbox, DueDelivery, FailedDelivery } from './delivery-outbox.ts';
export { DomainEvent } from './domain-event.ts';
export { createDeliverySigner, createDeliveryVerifier } from './event-signature.ts';
export { eventsRoute, type EventsRouteOptions } from './events-route.ts';
export { readEventSubscribers, type EventSubscribers } from './read-event-subscribers.ts';
export { trustedEventsRoutes, type TrustedEventsOptions } from './trusted-events-routes.ts';
export {
  appendEvent,
  dropEvents,
  listDeadLetters,
  postgresOutbox,
  purgeEvents,
  retryDeadLetter,
  setSubscribers,
  type DeadLetter,
} from './outbox.ts';
