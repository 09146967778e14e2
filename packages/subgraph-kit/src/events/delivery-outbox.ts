import type { DomainEvent } from './domain-event.ts';

export interface DueDelivery {
  readonly event: DomainEvent;
  /** Of its place among those of the subscriber. */
  readonly seq: number;
  readonly createdAt: Date;
  /** This one included. */
  readonly attempts: number;
}

export interface FailedDelivery {
  readonly subscriber: string;
  readonly due: DueDelivery;
  readonly error: string;
  readonly now: Date;
  /** Undefined: it is a dead letter now, and those after it may go. */
  readonly nextAttemptAt: Date | undefined;
}

/** Where a service keeps what is still to be delivered; one for each kind of store. */
export interface DeliveryOutbox {
  /** One that may be delivered: none of its aggregate before it is still waiting. For this caller until `leasedUntil`. */
  claim(subscriber: string, now: Date, leasedUntil: Date): Promise<DueDelivery | undefined>;
  markDelivered(subscriber: string, due: DueDelivery, now: Date): Promise<void>;
  markFailed(failure: FailedDelivery): Promise<void>;
}
