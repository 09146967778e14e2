export { EventQueue, type EventQueueOptions } from './event-queue.ts';
export type { SubscriptionLimits } from './limits.ts';
