import type { Logger } from '@tributary/service-kit';
import { runPeriodically } from '@tributary/subgraph-kit';
import { deliverEvents, type EventDelivery, type EventSubscribers } from '@tributary/subgraph-kit/events';
import type { EventStore } from './store/event-store.ts';

const COLLECT_MS = 1_000;

export interface EventDeliveryOptions {
  readonly events: EventStore;
  readonly subscribers: EventSubscribers;
  readonly logger: Logger;
  readonly now?: () => Date;
}

/** Tells the configured subscribers of products that change; undefined when there are none. */
export async function startEventDelivery({
  events,
  subscribers: { urls, key },
  logger,
  now = () => new Date(),
}: EventDeliveryOptions): Promise<EventDelivery | undefined> {
  const names = Object.keys(urls);
  await events.keepOnly(names);
  if (key === undefined) return undefined;
  const delivery = deliverEvents({ outbox: events, subscribers: urls, key, logger, now });
  const collector = runPeriodically({
    name: 'product-events',
    everyMs: COLLECT_MS,
    logger,
    work: async () => {
      const more = (await events.collect(names, now())) > 0;
      if (more) delivery.wake();
      return more;
    },
  });
  return {
    wake: () => {
      collector.wake();
    },
    stop: async () => {
      await collector.stop();
      await delivery.stop();
    },
  };
}
