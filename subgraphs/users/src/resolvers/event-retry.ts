import { requireScope } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { accountInputError } from '../domain/user-errors.ts';
import type { DeadEvent } from '../store/event-store.ts';
import type { Services } from './services.ts';

export const toDeadLetter = ({ event, subscriber, attempts, diedAt, lastError }: DeadEvent) => ({
  eventId: event.id,
  type: event.type,
  subject: event.subject,
  subscriber,
  attempts,
  diedAt,
  lastError,
});

export const eventRetry =
  ({ stores, now }: Services) =>
  async (
    _: unknown,
    { input }: { input: { readonly eventId: string; readonly subscriber: string } },
    { viewer }: UsersContext,
  ) => {
    requireScope(viewer, 'users:admin');
    const isUuid = UUID.test(input.eventId);
    if (isUuid && (await stores.events.retry({ ...input, now: now() })))
      return { accepted: true, userErrors: [] };
    const message = 'There is no such dead letter.';
    return { accepted: false, userErrors: [accountInputError('NOT_FOUND', ['input', 'eventId'], message)] };
  };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
