export { deliverEvents, type EventDelivery, type EventDeliveryOptions } from './deliver-events.ts';
export type { DeliveryOutbox, DueDelivery, FailedDelivery } from './delivery-outbox.ts';
export { DomainEvent } from './domain-event.ts';
export { createDeliverySigner, createDeliveryVerifier } from './event-signature.ts';
export { newDeliverySecret, signWithSecrets } from './secret-signature.ts';
export { DeliveryFailedError, postDelivery, type Delivery } from './post-delivery.ts';
export { isPublicAddress } from './public-address.ts';
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
