import type { Logger, SigningKey } from '@tributary/service-kit';
import { runPeriodically } from '../run-periodically.ts';
import type { DeliveryOutbox, DueDelivery } from './delivery-outbox.ts';
import { createDeliverySigner } from './event-signature.ts';
import { postDelivery } from './post-delivery.ts';

const POLL_MS = 1_000;
const TIMEOUT_MS = 10_000;
/** Longer than a delivery may take. */
const LEASE_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60 * 60 * 1_000;
/** Long enough for a weekend's outage; then it is a dead letter. */
const GIVE_UP_AFTER_MS = 72 * 60 * 60 * 1_000;

export interface EventDeliveryOptions {
  readonly outbox: DeliveryOutbox;
  /** Where each subscriber wants its events, by name. */
  readonly subscribers: Readonly<Record<string, string>>;
  /** Private Ed25519 key. */
  readonly key: SigningKey;
  readonly logger: Logger;
  readonly now?: () => Date;
}

export interface EventDelivery {
  /** Looks for events now. */
  wake(): void;
  /** Finishes the deliveries under way. */
  stop(): Promise<void>;
}

/**
 * Delivers events to each subscriber by HTTP: at least once, those of one aggregate in order, one that fails again after
 * growing pauses. A subscriber that is away holds up nobody else.
 */
export function deliverEvents(options: EventDeliveryOptions): EventDelivery {
  const { outbox, logger, now = () => new Date() } = options;
  const sign = createDeliverySigner(options.key);
  const workers = Object.entries(options.subscribers).map(([subscriber, url]) =>
    runPeriodically({
      name: `events-to-${subscriber}`,
      everyMs: POLL_MS,
      logger,
      work: async () => {
        const claimedAt = now();
        const leasedUntil = new Date(claimedAt.getTime() + LEASE_MS);
        const due = await outbox.claim(subscriber, claimedAt, leasedUntil);
        if (due === undefined) return false;
        try {
          await post(url, due, sign, now());
          await outbox.markDelivered(subscriber, due, now());
        } catch (cause) {
          const error = cause instanceof Error ? cause.message : String(cause);
          const nextAttemptAt = retryAt(due, now());
          await outbox.markFailed({ subscriber, due, error, now: now(), nextAttemptAt });
          const fields = {
            'event.id': due.event.id,
            'event.subscriber': subscriber,
            attempts: due.attempts,
            err: cause,
          };
          logger.warn(
            fields,
            nextAttemptAt === undefined ? 'an event was given up' : 'an event was not taken yet',
          );
        }
        return true;
      },
    }),
  );
  return {
    wake: () => {
      for (const worker of workers) worker.wake();
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

async function post(
  url: string,
  { event }: DueDelivery,
  sign: ReturnType<typeof createDeliverySigner>,
  now: Date,
): Promise<void> {
  const body = JSON.stringify(event);
  const headers = { 'content-type': 'application/cloudevents+json', ...sign(event.id, body, now) };
  await postDelivery({ url, headers, body, timeoutMs: TIMEOUT_MS, to: 'anywhere' });
}

/** Undefined: not any more. */
function retryAt({ attempts, createdAt }: DueDelivery, now: Date): Date | undefined {
  if (now.getTime() - createdAt.getTime() >= GIVE_UP_AFTER_MS) return undefined;
  return new Date(
    now.getTime() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(30, attempts - 1)),
  );
}
