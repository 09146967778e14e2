import { ClientError } from '@tributary/service-kit';

/** The connection has as many subscriptions as one may have. */
export class TooManySubscriptionsError extends ClientError {
  readonly code = 'TOO_MANY_SUBSCRIPTIONS';
  readonly status = 429;
  constructor(max: number) {
    super(`A connection may have ${max} subscriptions at a time. End some, or open another connection.`);
  }
}

/** What is subscribed to would be too much work for every event. */
export class SubscriptionTooLargeError extends ClientError {
  readonly code = 'SUBSCRIPTION_TOO_LARGE';
  readonly status = 400;
  constructor(maxFields: number) {
    super(`A subscription may ask for ${maxFields} fields in each event. Ask for less.`);
  }
}

/** Events came faster than the client took them, and none may be left out. */
export class SlowConsumerError extends ClientError {
  readonly code = 'SLOW_CONSUMER';
  readonly status = 503;
  constructor() {
    super('Events came faster than they were read. Subscribe again, and read what happened meanwhile.');
  }
}
